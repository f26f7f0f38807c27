"""Named tuples of arrays by reference, for compiled functions that call each other often.

A named tuple is passed by value: some hundred words for each call, and every array that is
taken out of it is counted with atomic instructions. In small functions that was three
quarters of the time. A borrowed tuple is one pointer; its fields are read as before.
"""

from __future__ import annotations

from typing import Any

from numba.core import cgutils as numba_cgutils
from numba.core import types
from numba.core.datamodel import models
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, intrinsic, lower_getattr_generic, register_model

cgutils: Any = numba_cgutils  # has no types


class Borrowed(types.Type):
    """The type of a reference to a named tuple of arrays."""

    def __init__(self, owner: Any) -> None:
        self.owner = owner
        super().__init__(name=f"Borrowed({owner})")


@register_model(Borrowed)
class _BorrowedModel(models.PrimitiveModel):
    """A pointer to the tuple."""

    def __init__(self, manager: Any, kind: Borrowed) -> None:
        owner = manager.lookup(kind.owner).get_value_type()
        super().__init__(manager, kind, owner.as_pointer())  # type: ignore[no-untyped-call]


@infer_getattr
class _BorrowedFields(AttributeTemplate):
    """The fields of a borrowed tuple are those of the tuple."""

    key = Borrowed

    def generic_resolve(self, kind: Borrowed, field: str) -> Any:  # type: ignore[override]
        """Return the type of a field, None for a name that is none."""
        if field in kind.owner.fields:
            return kind.owner.types[kind.owner.fields.index(field)]
        return None


@lower_getattr_generic(Borrowed)  # type: ignore[no-untyped-call]
def _read_field(context: Any, builder: Any, kind: Borrowed, pointer: Any, field: str) -> Any:
    """Load one field; it holds no count, so nothing is counted."""
    del context
    number = kind.owner.fields.index(field)
    return builder.load(cgutils.gep_inbounds(builder, pointer, 0, number))


def _borrow(typing_context: Any, owner: Any) -> Any:
    """Return the type of the reference and what writes it."""
    del typing_context

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        borrowed = args[0]
        for number, kind in enumerate(signature.args[0].types):
            if isinstance(kind, types.Array):
                item = builder.extract_value(borrowed, number)
                array = context.make_array(kind)(context, builder, item)
                array.meminfo = cgutils.get_null_value(array.meminfo.type)
                array.parent = cgutils.get_null_value(array.parent.type)
                borrowed = builder.insert_value(borrowed, array._getvalue(), number)  # noqa: SLF001
        return cgutils.alloca_once_value(builder, borrowed)

    return Borrowed(owner)(owner), generate


borrow: Any = intrinsic(_borrow)
"""Return a reference to a named tuple of arrays that is good until the caller returns.

The tuple must outlive it, as the arguments of a function do."""

"""Codes of outputs (VR5xxx)."""

from visitroute.codes.entry import Code

OUTPUTS: tuple[Code, ...] = (
    Code(
        "VR5001",
        "Library for this output missing",
        "Map pages, workbooks and calendars need libraries that the core does without.",
        "Install them: pip install 'visitroute[report]'; for `explore`, 'visitroute[notebooks]'.",
    ),
)

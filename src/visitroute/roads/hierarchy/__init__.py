"""A contraction hierarchy whose weights can be changed, compiled by numba.

Built once for the streets (``order``, ``contract``), weighted for a day (``weigh``), asked many
times (``sweep``). The method is that of Dibbelt, Strasser and Wagner, Customizable Contraction
Hierarchies (2016), with cut edges as separators where turns cost something (Buchhold, Wagner,
Zeitz and Zündorf 2020).
"""

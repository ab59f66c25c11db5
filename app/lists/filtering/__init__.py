"""The one filter language of all lists: what people choose in the panel stands readable in ``?f=``.

::

    filter    = row *( ";" row )                        every row must hold
    row       = condition *( "/" condition )            one of its alternatives must hold; binds closer
    condition = field ":" operator [ ":" value *( "," value ) ]

``category:is:service;status:any-of:new,in_progress/assignee:empty`` reads: the category is "service", and the status
is one of two or nobody is assigned. In values ``~`` stands before a ``;``, ``/``, ``,`` or ``~`` that is meant as it
is. A filter has one spelling, so that the same conditions have the same address.

A filter goes :func:`~app.lists.filtering.syntax.parse` → :func:`~app.lists.filtering.checking.problems_of` →
:func:`~app.lists.filtering.checking.conditions_for`. This package knows kinds of fields, no subject: which fields there
are, which records a reference may point to, and who looks for a keyword (FILTER-07), its caller says. Values reach the
database as bound parameters only.

A filter that does not hold is never run: the list shows what is wrong and no rows, since the rows of another filter
than the one asked for would be taken for its answer.
"""

"""The yardstick: a bare Flask page with as many queries and rows as ours, and nothing else.

No sign-in, no rights, no languages, no layout: each page runs its statements over the driver alone and renders
one plain table or list. What our pages cost beyond this is what the product's frame costs.
"""

import os

import pysqlite3
from flask import Flask, render_template_string

PAGE = """<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8"><title>{{ title }}</title></head><body>
<h1>{{ title }}</h1><table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table></body></html>"""

LIST = """
SELECT c.number, c.state, c.category, c.subject, n.number, h.name, s.name_ja, u.family_name, c.updated_at
FROM "case" c JOIN customer_number n ON n.id = c.customer_number_id JOIN contract_holder h ON h.id = n.holder_id
JOIN service s ON s.id = c.service_id LEFT JOIN user u ON u.id = c.contact_id
WHERE c.customer_number_id = 1 ORDER BY c.updated_at DESC, c.id DESC LIMIT 20"""
COUNT = 'SELECT count(*) FROM "case" WHERE customer_number_id = 1'
EVENTS = """
SELECT at, kind, actor_name, data FROM journal_event WHERE subject_type = 'case' AND audience = 'customer'
AND subject_id = (SELECT id FROM "case" WHERE number = ?) ORDER BY id DESC LIMIT 51"""
COMMENTS = (
    'SELECT body, created_at FROM case_comment WHERE case_id = (SELECT id FROM "case" WHERE number = ?)'
)
CASE = 'SELECT * FROM "case" WHERE number = ?'
SMALL = "SELECT id, name_ja FROM service WHERE slug = 'cs'"

app = Flask("bare")


def _connect() -> pysqlite3.Connection:
    return pysqlite3.connect(os.environ["BARE_DATABASE"], check_same_thread=False)


@app.get("/list/<int:queries>")
def case_list(queries: int) -> str:
    """The list's rows and count, and small queries up to the given number."""
    connection = _connect()
    for _ in range(queries - 2):
        connection.execute(SMALL).fetchall()
    rows = connection.execute(LIST).fetchall()
    total = connection.execute(COUNT).fetchone()[0]
    connection.close()
    return render_template_string(PAGE, title=total, rows=rows)


@app.get("/case/<number>/<int:queries>")
def case_page(number: str, queries: int) -> str:
    """One case, its events and comments, and small queries up to the given number."""
    connection = _connect()
    for _ in range(queries - 3):
        connection.execute(SMALL).fetchall()
    rows = [*connection.execute(CASE, [number]), *connection.execute(EVENTS, [number])]
    rows += connection.execute(COMMENTS, [number]).fetchall()
    connection.close()
    return render_template_string(PAGE, title=number, rows=rows)

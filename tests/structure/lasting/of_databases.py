"""What databases hold: tables with their columns, functions, triggers, marks. Asked of databases that were migrated."""

from collections.abc import Mapping

import psycopg

from services.chassis.service_list import service_names
from tests.structure.lasting.record import Names

KINDS = ("columns", "functions of databases", "triggers", "types of databases", "marks")
EVERYWHERE = "every database"

ASKED: Mapping[str, str] = {
    "columns": """
        SELECT c.relname || ' ' || a.attname,
            format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN '' ELSE ' | none' END
            || CASE WHEN a.attgenerated <> '' THEN ', computed' ELSE '' END
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p')
            AND a.attnum > 0 AND NOT a.attisdropped
    """,
    "functions of databases": """
        SELECT p.proname || '(' || pg_get_function_arguments(p.oid) || ')', pg_get_function_result(p.oid)
        FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    """,
    "triggers": """
        SELECT c.relname || ' ' || t.tgname, p.proname FROM pg_trigger t
        JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal
    """,
    "types of databases": """
        SELECT t.typname, CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod) ELSE
            (SELECT string_agg(quote_literal(e.enumlabel), ' | ' ORDER BY e.enumsortorder) FROM pg_enum e
             WHERE e.enumtypid = t.oid) END
        FROM pg_type t WHERE t.typnamespace = 'public'::regnamespace AND t.typtype IN ('d', 'e')
    """,
    "marks": "SELECT name, '' FROM marks",
}


def names(database_url: str) -> Names:
    """`database_url` has `{service}` in the place of a service. What all databases have is said once."""
    found: Names = {kind: {} for kind in KINDS}
    for kind, question in ASKED.items():
        of_each: dict[str, dict[str, str]] = {}
        for service in service_names():
            with psycopg.connect(database_url.replace("{service}", service)) as conn:
                of_each[service] = {name: shape or "" for name, shape in conn.execute(question.encode())}
        shared = set.intersection(*(set(rows.items()) for rows in of_each.values()))
        found[kind] |= {f"{EVERYWHERE}: {name}": shape for name, shape in shared}
        for service, rows in of_each.items():
            found[kind] |= {f"{service}: {name}": shape for name, shape in rows.items() if (name, shape) not in shared}
    return found

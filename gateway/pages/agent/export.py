"""« Exporter »: what the agents' list holds, as a file for spreadsheets."""

from dataclasses import replace

from gateway.conversation import clients
from gateway.dates import local
from gateway.files import downloads
from gateway.http.rate_limits import EXPORT
from gateway.pages.agent import sheet, work, work_filters, work_table
from gateway.permissions import FILE_READER
from gateway.routes import Answer, Pages, now, see_other
from gateway.town import town_book
from services.requests.schemas.work_list import MOST_ROWS, ListWork, WorkLine, WorkList
from services.townhall.sentences import count, number
from services.townhall.typography import NBSP

page = Pages("agent_export", __name__)
MOST_EXPORTED = 2000


@page.get("/agent/demandes/export.csv", permission=FILE_READER, limit=EXPORT)
def export() -> Answer:
    """The list from its beginning, in its order and with its columns. Each page that is read of it is in the journal, as one that is shown."""
    arguments = work.list_arguments()
    if "recherche" in arguments and not arguments["q"]:
        return see_other(f"/agent/demandes?recherche={work.FORGOTTEN}")
    items, last = _items(work_filters.asked({**arguments, work.CURSOR: ""}))
    columns, _ = work_table.columns(arguments.get("colonnes", ""))
    names = {one.slug: one.name for one in town_book().town().departments}
    areas = work.areas()
    lines = [sheet.line(item, columns, names, areas) for item in items]
    if last.total > len(items) or last.more:
        of = f"{'plus de ' if last.more else ''}{number(last.total)}"
        lines.append([f"Fichier arrêté à {count(len(items), 'demande')}, sur {of}{NBSP}: affinez les filtres."])
    name = f"demandes-{local(now()).date().isoformat()}.csv"
    return downloads.sheet(sheet.text_of(sheet.heads(columns), lines), name)


def _items(asked: ListWork) -> tuple[list[WorkLine], WorkList]:
    """So many requests, page after page, and the last page, which says how many there are."""
    items, lines = list[WorkLine](), replace(asked, rows=MOST_ROWS, choices=False, awaited=None)
    found = clients().send(lines)
    while True:
        items += found.items
        if found.next is None or len(items) >= MOST_EXPORTED:
            return items, found
        found = clients().send(replace(lines, cursor=found.next))

"""What programs send and read of a receipt."""

from marshmallow import Schema

from gateway.api.answers import answer
from gateway.api.fields import Text
from gateway.shared.receipts import LARGEST_BYTES
from services.requests.schemas import receipts as calls

MOST_BYTES = 4 * LARGEST_BYTES
"""Of a body: the text of a file in JSON."""

ReceiptProof = answer(
    calls.ReceiptProof,
    submitted_at="À la minute près, selon la signature.",
    files="Combien de fichiers ont été remis avec la demande, selon la signature.",
    procedure_title="Nul d’une démarche confidentielle, ou d’une demande qui n’est plus connue.",
    kept="Si ce qui a été déposé est encore gardé ; sinon, la signature seule le prouve.",
    agrees="Si ce qui est gardé est ce dont le récépissé a été tiré ; nul quand rien ne l’est plus.",
    unchanged="D’un fichier, s’il est tel que le portail l’a fait ; nul d’un code.",
)


class CheckReceipt(Schema):
    code = Text(200, means="Le code imprimé, quelle que soit la façon de le taper.")
    file = Text(LARGEST_BYTES, means="Le texte du fichier enregistré. Donné, le code est lu dans le fichier.")

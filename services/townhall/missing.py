"""What is said of a mandatory answer that was left out: what to do, with the question's own name. Pure.

The one place of these sentences: beside a field, on top of a form, on the summary and in the refusals of the API.
"""

import re

# A label is quoted, never built into a sentence: it may be of any gender, and a question.
SENTENCES = {
    "choice": "Choisissez une réponse : « {} ».",
    "multichoice": "Choisissez au moins une réponse : « {} ».",
    "checkbox": "Cochez la case « {} ».",
    "date": "Indiquez une date : « {} ».",
    "number": "Indiquez un nombre : « {} ».",
    "email": "Indiquez une adresse de courriel : « {} ».",
    "phone": "Indiquez un numéro de téléphone : « {} ».",
    "address": "Indiquez une adresse : « {} ».",
    "position": "Décrivez le lieu, ou placez-le sur la carte : « {} ».",
    "piece": "Ajoutez la pièce « {} ».",
}
ANY = "Écrivez votre réponse : « {} »."
"""For all that is answered in words of one's own, and for a type without a sentence."""


def missing(kind: str, label: str) -> str:
    """The sentence for a field of that type and label."""
    return SENTENCES.get(kind, ANY).format(_within(label))


def beside(label: str, sentence: str) -> str:
    """The sentence as it stands right under that label, which it does not repeat; another sentence as it is."""
    return re.sub(rf"\s*:?\s*«\s*{re.escape(_within(label))}\s*»\.$", ".", sentence)


def _within(label: str) -> str:
    """The label inside a quotation: its own quotes become those of the second rank, its full stop goes."""
    return re.sub(r"«\s*(.*?)\s*»", r"“\1”", label.strip().removesuffix("."))

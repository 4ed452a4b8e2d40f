"""How rare a token of a name is among people and companies at large: the prior beside a list's own frequencies."""
from engine.model import MODEL
def rarity(text: str) -> float:
    return 1.0

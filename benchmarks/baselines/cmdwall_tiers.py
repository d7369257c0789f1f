"""cmdwall: its tiers without a model: 4 is blocked, 1 runs, 2 and 3 go to the gatekeeper (ask)."""

from __future__ import annotations

from cmdwall.security.safety_level import SafetyLevelClassifier
from serve import serve

CLASSIFIER = SafetyLevelClassifier()
EFFECTS = {4: "deny", 1: "allow"}

if __name__ == "__main__":
    serve(lambda command: EFFECTS.get(CLASSIFIER.classify(command), "ask"))

"""Cases: a stored assessment with its owner, its review and its determination; the rules that every case obeys."""

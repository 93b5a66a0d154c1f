"""Text to classification: windows, encoder, head, calibration, outcome, evidence. Pure: no database, no HTTP."""

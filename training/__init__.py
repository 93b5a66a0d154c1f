"""Fine-tuning, calibration, export. The only place, with `model.network`, that imports torch."""

"""The model card of a release, written from its manifest."""

from typing import Any

from data.taxonomy import Taxonomy
from evals.figures import TITLES


def _figure(estimate: dict[str, float] | None) -> str:
    if estimate is None:
        return "not measured"
    return f"{estimate['value']:.3f} [{estimate['low']:.3f}, {estimate['high']:.3f}], n = {estimate['n']}"


def model_card(manifest: dict[str, Any], taxonomy: Taxonomy) -> str:
    """Return the card as Markdown. Figures carry 95 % intervals (Wilson or bootstrap) and n."""
    metrics = manifest["metrics"]
    on_calibration, on_test = metrics["calibration"], metrics["test"]
    rows = "\n".join(f"| {title} | {_figure(on_calibration[name])} | {_figure(on_test[name])} |" for name, title in TITLES.items())
    encoder = manifest["encoder"]
    return f"""# Model card: {manifest["name"]}

Classifies English product descriptions into {len(taxonomy.ids)} surveillance-technology capability categories, with
evidence and a calibrated probability each, and sends what it is not sure of to a human reviewer.

- **Base encoder**: {encoder["name"]} (SHA-256 of the weights `{encoder["sha256"] or "not recorded"}`), fine-tuned with
  {"low-rank adapters" if manifest["config"]["adapter"] == "lora" else "all weights trained"};
  head: {"label-wise additive attention" if manifest["config"]["head"] == "attention" else "mean pooling and a linear layer"}.
- **Trained on** the corpus `{manifest["corpus"]}` ({manifest["corpus_records"]} records before splitting), taxonomy
  `{manifest["taxonomy"]}`, configuration `{manifest["config_hash"]}`, on {manifest["created"]}.
- **Intended use**: first reading of product descriptions by exporters and licensing officers. It assists; it does not
  replace a legal classification, and a category is not yet a control: whether an entry applies depends on technical
  parameters and on the list in force.
- **Not for**: languages other than English, identifying persons, deciding a licence.

| on the corpus' own splits | calibration split (thresholds were chosen here) | test split |
|---|---|---|
{rows}

The corpus is written by its authors in the manner of real sellers and clerks. Real texts differ; figures on outside
texts are lower than those of the test split, and are kept in docs/LOG.md.
"""

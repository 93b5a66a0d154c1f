"""The model card of a release, written from its manifest."""

from typing import Any

from data.taxonomy import Taxonomy
from evals.figures import TITLES
from model.calibration import Calibration
from model.opinions import NETWORK_ALONE
from training.decision import ChosenDecision
from training.risk_control import Guarantee


def _figure(estimate: dict[str, float] | None) -> str:
    if estimate is None:
        return "not measured"
    return f"{estimate['value']:.3f} [{estimate['low']:.3f}, {estimate['high']:.3f}], n = {estimate['n']}"


def _promise(words: str, found: Guarantee) -> str:
    bound = f"- {words}: at most {found.target:.1%}{found.words}"
    if not found.met or found.upper is None or found.rate is None:
        return f"{bound} **could not be shown**; such texts go to review."
    counted = f"On the calibration split {found.errors} of {found.n} ({found.rate:.2%})"
    return f"{bound}. {counted}, upper limit {found.upper:.2%} with {found.confidence or 0.95:.0%} confidence."


def _resplits(manifest: dict[str, Any]) -> str:
    checked = manifest.get("resplits")
    if not checked:
        return "The bounds have not been checked over random re-splits; `catchall release calibrate --check` does it."
    return (
        f"Checked over {checked['rounds']} random cuts of calibration and test split: the observed rate on the other half was above the "
        f"bound in {checked['missed']['value']:.1%} of the cuts for missed and {checked['wrong']['value']:.1%} for wrong sets; on average "
        f"{checked['missed_rate']:.2%} were missed, {checked['wrong_rate']:.2%} of the decided sets were wrong and "
        f"{checked['decided']:.0%} were decided."
    )


def _start(manifest: dict[str, Any]) -> str:
    before, averaged = manifest.get("started_from"), manifest.get("average_of")
    if averaged:
        return f"; its weights are the mean of {', '.join(f'`{name}`' for name in averaged)}, trained on from one another"
    return f", going on from `{before}`" if before else ""


def _opinions(calibration: Calibration) -> str:
    opinions = calibration.opinions
    if opinions == NETWORK_ALONE:
        return "Scores are the network's alone."
    return (
        f"A category's score is the network's logit, plus {opinions.words:.2f} times the log odds of a linear model over words, plus "
        f"{opinions.precedents:.2f} times the share of the nearest training texts that have it (docs/decisions/0015)."
    )


def _operating_points(manifest: dict[str, Any]) -> str:
    points = manifest.get("operating_points") or []
    if not points:
        return ""
    rows = "\n".join(
        f"| {point['bound_missed']:.0%} | {point['bound_wrong']:.0%} | {_figure(point['decided'])} | {_figure(point['missed'])} "
        f"| {_figure(point['decided_exact'])} |"
        for point in points
    )
    return f"""
**What other policies would give** on the test split; thresholds are always chosen on the calibration split (docs/decisions/0005):

| missed at most | wrong sets at most | decided without review | missed | decided and exactly right |
|---|---|---|---|---|
{rows}
"""


def model_card(manifest: dict[str, Any], chosen: ChosenDecision, calibration: Calibration, taxonomy: Taxonomy) -> str:
    """Return the card as Markdown. Figures carry 95 % intervals (Wilson or bootstrap) and n."""
    losses = ", ".join(f"{name} {loss:.4f}" for name, loss in calibration.log_losses.items())
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
  `{manifest["taxonomy"]}`, configuration `{manifest["config_hash"]}`, on {manifest["created"]}{_start(manifest)}.
- **Intended use**: first reading of product descriptions by exporters and licensing officers. It assists; it does not
  replace a legal classification, and a category is not yet a control: whether an entry applies depends on technical
  parameters and on the list in force.
- **Not for**: languages other than English, identifying persons, deciding a licence.

| on the corpus' own splits | calibration split (thresholds were chosen here) | test split |
|---|---|---|
{rows}

**Scores**: {_opinions(calibration)}

**Calibration**: {calibration.method}, one curve per category, fitted on the calibration split; cross-validated log loss: {losses}.

**What is guaranteed**, for descriptions like those of the calibration split (learn-then-test, docs/decisions/0005):

{_promise("Controlled descriptions that are cleared", chosen.missed)}
{_promise("Decided answers whose set is wrong", chosen.wrong)}

{_resplits(manifest)}
{_operating_points(manifest)}
The corpus is written by its authors in the manner of real sellers and clerks. Real texts differ: `catchall release figures
--outside FILE` measures the release on such and adds what it finds below.
"""

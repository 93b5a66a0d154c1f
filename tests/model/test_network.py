"""The head is additive: contributions plus bias are the logit, exactly, and special tokens say nothing."""

import pytest
import torch

from model.network import HEADS, HeadKind, Network


class Words(torch.nn.Module):
    """A stand-in encoder: an embedding per token."""

    def __init__(self) -> None:
        super().__init__()
        self.table = torch.nn.Embedding(50, 8)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> object:
        class Output:
            last_hidden_state = self.table(input_ids)

        return Output()


@pytest.fixture(params=["attention", "mean"])
def network(request: pytest.FixtureRequest) -> Network:
    torch.manual_seed(0)
    kind: HeadKind = request.param
    return Network(Words(), HEADS[kind](8, 3, 0.0)).eval()


class TestNetwork:
    """What the evidence shows is all there is."""

    def test_additivity(self, network: Network) -> None:
        ids = torch.randint(0, 50, (4, 7))
        mask, content = torch.ones_like(ids), torch.rand(4, 7) > 0.3
        contributions, _ = network.contributions(ids, mask, content)
        logits = network(input_ids=ids, attention_mask=mask, content=content)["logits"]
        assert torch.allclose(contributions.sum(-1) + network.head.bias, logits, atol=1e-6)

    def test_special_tokens_contribute_nothing(self, network: Network) -> None:
        ids = torch.randint(0, 50, (1, 5))
        content = torch.tensor([[False, True, True, False, True]])
        contributions, _ = network.contributions(ids, torch.ones_like(ids), content)
        assert contributions[0][:, [0, 3]].abs().max() == 0

    def test_embedding_is_the_mean_over_content(self, network: Network) -> None:
        ids = torch.randint(0, 50, (1, 4))
        content = torch.tensor([[False, True, True, False]])
        _, embedding = network.contributions(ids, torch.ones_like(ids), content)
        states = network.encoder(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state
        assert torch.allclose(embedding[0], states[0, 1:3].mean(dim=0), atol=1e-6)

    def test_padding_changes_nothing(self, network: Network) -> None:
        ids = torch.randint(0, 50, (1, 5))
        content = torch.ones_like(ids, dtype=torch.bool)
        short = network(input_ids=ids, attention_mask=content.long(), content=content)["logits"]
        padded = torch.cat([ids, torch.zeros((1, 3), dtype=torch.long)], dim=1)
        wide = torch.cat([content, torch.zeros((1, 3), dtype=torch.bool)], dim=1)
        assert torch.allclose(short, network(input_ids=padded, attention_mask=wide.long(), content=wide)["logits"], atol=1e-6)

    def test_text_without_content_gives_the_bias(self, network: Network) -> None:
        ids = torch.randint(0, 50, (1, 2))
        nothing = torch.zeros_like(ids, dtype=torch.bool)
        logits = network(input_ids=ids, attention_mask=torch.ones_like(ids), content=nothing)["logits"]
        assert torch.allclose(logits[0], network.head.bias)

    def test_loss_against_the_definition(self, network: Network) -> None:
        ids = torch.randint(0, 50, (2, 4))
        content = torch.ones_like(ids, dtype=torch.bool)
        labels = torch.tensor([[1.0, 0.0, 1.0], [0.0, 0.0, 0.0]])
        weights = torch.tensor([[1.0, 1.0, 1.0], [0.0, 0.0, 1.0]])
        out = network(input_ids=ids, attention_mask=content.long(), content=content, labels=labels, weights=weights)
        p = torch.sigmoid(out["logits"])
        cells = -(labels * p.log() + (1 - labels) * (1 - p).log())
        expected = (cells[0].sum() + cells[1, 2]) / 4
        assert out["loss"].item() == pytest.approx(expected.item(), rel=1e-5)

"""The network in torch: an encoder and a head whose logits are sums of token contributions. For training and export."""

import math
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

HeadKind = Literal["attention", "mean"]


class AttentionHead(nn.Module):
    """Label-wise attention (Mullenbach et al. 2018, 'Explainable Prediction of Medical Codes from Clinical Text').

    Each output has a query over token states and a value direction. contribution[b, o, t] is the attention of output o
    on token t times that token's value; a logit is the sum of its contributions plus a bias, exactly.
    """

    def __init__(self, width: int, outputs: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.query = nn.Parameter(torch.randn(outputs, width) * 0.02)
        self.value = nn.Parameter(torch.randn(outputs, width) * 0.02)
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor, content: Tensor) -> Tensor:
        """Return contributions [batch, outputs, tokens] for states [batch, tokens, width] and content [batch, tokens].

        Tokens outside `content` (special tokens, padding) contribute nothing.
        """
        states = self.dropout(states)
        scores = torch.einsum("btw,ow->bot", states, self.query) / math.sqrt(states.shape[-1])
        scores = scores.masked_fill(~content[:, None, :], -1e4)
        values = torch.einsum("btw,ow->bot", states, self.value)
        return torch.softmax(scores, dim=-1) * values * content[:, None, :]


class MeanHead(nn.Module):
    """Mean pooling and a linear layer, written as contributions; the peer the attention head is compared with."""

    def __init__(self, width: int, outputs: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.value = nn.Parameter(torch.randn(outputs, width) * 0.02)
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor, content: Tensor) -> Tensor:
        """Return contributions [batch, outputs, tokens]; see `AttentionHead.forward`."""
        weights = content / content.sum(dim=-1, keepdim=True).clamp(min=1)
        values = torch.einsum("btw,ow->bot", self.dropout(states), self.value)
        return values * weights[:, None, :]


HEADS: dict[HeadKind, type[AttentionHead | MeanHead]] = {"attention": AttentionHead, "mean": MeanHead}


class Network(nn.Module):
    """Encoder and head.

    Attributes:
        encoder: any Hugging Face encoder whose output has `last_hidden_state` [batch, tokens, width].
        head: `AttentionHead` or `MeanHead`.
    """

    def __init__(self, encoder: nn.Module, head: AttentionHead | MeanHead) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = head

    def contributions(self, input_ids: Tensor, attention_mask: Tensor, content: Tensor) -> tuple[Tensor, Tensor]:
        """Return contributions [batch, outputs, tokens] and embeddings [batch, width]; the three inputs are [batch, tokens].

        An embedding is the mean of the states of the content tokens.
        """
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state.float()
        result: Tensor = self.head(states, content.bool())
        weights = content / content.sum(dim=-1, keepdim=True).clamp(min=1)
        return result, torch.einsum("btw,bt->bw", states, weights.float())

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        content: Tensor,
        labels: Tensor | None = None,
        weights: Tensor | None = None,
        **_: Any,
    ) -> dict[str, Tensor]:
        """Return logits [batch, outputs] and, given `labels` and `weights` of that shape, the loss.

        The loss is the binary cross-entropy, averaged over the entries of non-zero weight.
        """
        logits = self.contributions(input_ids, attention_mask, content)[0].sum(dim=-1) + self.head.bias
        if labels is None:
            return {"logits": logits}
        weights = torch.ones_like(labels) if weights is None else weights
        losses = functional.binary_cross_entropy_with_logits(logits, labels, reduction="none")
        return {"loss": (losses * weights).sum() / weights.sum().clamp(min=1.0), "logits": logits}

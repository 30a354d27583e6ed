"""Figures that src/test/resources/quality/README.md records, computed by a program of its own: numpy, in double.

usage: quality_reference.py MODEL_DIR text TOKENS.json CONTEXT LEVEL,LEVEL   (TOKENS: a JSON array of ids)
       quality_reference.py MODEL_DIR facts CHATS.json LEVEL,LEVEL           (CHATS: [{"ids": [...], "answers": [[from, to], ...]}])

Needs a Llama with DSLA layers in the folding form without a window. Level 0 comes first: KL is taken against it.
"""
import json
import struct
import sys

import numpy as np


def load(path):
    raw = open(path, "rb").read()
    size = struct.unpack("<Q", raw[:8])[0]
    tensors = {}
    for name, info in json.loads(raw[8:8 + size]).items():
        if name == "__metadata__":
            continue
        first, last = info["data_offsets"]
        data = raw[8 + size + first:8 + size + last]
        if info["dtype"] == "BF16":
            values = (np.frombuffer(data, "<u2").astype(np.uint32) << 16).view(np.float32)
        else:
            values = np.frombuffer(data, "<f2" if info["dtype"] == "F16" else "<f4")
        tensors[name] = values.reshape(info["shape"]).astype(np.float64)
    return tensors


class Model:
    def __init__(self, folder):
        self.c = json.load(open(folder + "/config.json"))
        self.w = {}
        for file in set(json.load(open(folder + "/model.safetensors.index.json"))["weight_map"].values()):
            self.w.update(load(folder + "/" + file))
        self.d = json.load(open(folder + "/dsla/dsla_config.json"))
        self.s = load(folder + "/dsla/dsla.safetensors")
        self.heads, self.kv = self.c["num_attention_heads"], self.c["num_key_value_heads"]
        self.size = self.c.get("head_dim") or self.c["hidden_size"] // self.heads

    def norm(self, x, name):
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + self.c["rms_norm_eps"]) * self.w[name]

    def rotate(self, x):
        half = self.size // 2
        angle = np.arange(len(x))[:, None] * self.c["rope_theta"] ** (-2 * np.arange(half) / self.size)
        cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
        a, b = x[..., :half], x[..., half:]
        return np.concatenate([a * cos - b * sin, b * cos + a * sin], -1)

    def softmax_attention(self, p, n, k, v):
        q = self.rotate((n @ self.w[p + "q_proj.weight"].T).reshape(len(n), self.heads, self.size))
        k = self.rotate(k)
        out = np.zeros_like(q)
        mask = np.triu(np.full((len(n), len(n)), -np.inf), 1)
        for h in range(self.heads):
            a = q[:, h] @ k[:, h * self.kv // self.heads].T * self.size ** -.5 + mask
            a = np.exp(a - a.max(-1, keepdims=True))
            out[:, h] = a / a.sum(-1, keepdims=True) @ v[:, h * self.kv // self.heads]
        return out.reshape(len(n), -1) @ self.w[p + "o_proj.weight"].T

    def dsla(self, p, n, k, v):
        group = self.heads // self.kv
        q = (n @ self.s[p + "q_proj.weight"].T).reshape(len(n), self.kv, group, self.size) * self.size ** -.5
        alpha = np.exp(self.s[p + "alpha_list"] - self.s[p + "alpha_list"].max())
        out = np.zeros_like(q)
        for share, name in zip(alpha / alpha.sum(), ("gk_proj", "gk_proj2")):
            z = np.einsum("thc,hdc->thd", np.concatenate([k, v], -1), self.s[p + name + ".weight"])
            z += self.s[p + name + ".bias"].reshape(self.kv, self.size)
            gate = np.exp(np.maximum(-np.logaddexp(0, -z) / self.d["gate_logit_normalizer"], self.d["log_gate_min"]))
            state = np.zeros((self.kv, self.size, self.size))
            for t in range(len(n)):
                state = gate[t][:, :, None] * state + k[t][:, :, None] * v[t][:, None, :]
                out[t] += share * np.einsum("hgd,hde->hge", q[t], state)
        return out.reshape(len(n), -1) @ self.s[p + "o_proj.weight"].T

    def log_softmax(self, ids, level):
        x = self.w["model.embed_tokens.weight"][ids]
        for i in range(self.c["num_hidden_layers"]):
            p = "model.layers.%d." % i
            n = self.norm(x, p + "input_layernorm.weight")
            k, v = ((n @ self.w[p + "self_attn.%s_proj.weight" % name].T).reshape(len(ids), self.kv, self.size)
                    for name in "kv")
            attend = self.dsla if i in self.d["order"][:level] else self.softmax_attention
            x = x + attend(p + "self_attn.", n, k, v)
            n = self.norm(x, p + "post_attention_layernorm.weight")
            gate = n @ self.w[p + "mlp.gate_proj.weight"].T
            up = n @ self.w[p + "mlp.up_proj.weight"].T
            x = x + (gate / (1 + np.exp(-gate)) * up) @ self.w[p + "mlp.down_proj.weight"].T
        z = self.norm(x, "model.norm.weight") @ self.w["model.embed_tokens.weight"].T
        z -= z.max(-1, keepdims=True)
        return z - np.log(np.exp(z).sum(-1, keepdims=True))


def text(model, ids, context, levels):
    for block in range(len(ids) // context):
        tokens = np.array(ids[block * context:(block + 1) * context])
        base = None
        for level in levels:
            p = model.log_softmax(tokens, level)[:-1]
            base = p if base is None else base
            nats = -p[np.arange(context - 1), tokens[1:]].mean()
            kl = (np.exp(base) * (base - p)).sum(-1).mean()
            print("block %d level %d: nats %.8f kl %.8f equal argmaxes %d"
                  % (block, level, nats, kl, (base.argmax(-1) == p.argmax(-1)).sum()), flush=True)


def facts(model, chats, levels):
    for number, chat in enumerate(chats):
        ids = np.array(chat["ids"])
        for level in levels:
            likeliest = model.log_softmax(ids, level).argmax(-1)
            right = [bool((likeliest[a - 1:b - 1] == ids[a:b]).all()) for a, b in chat["answers"]]
            print("chat %d level %d: %s" % (number, level, right), flush=True)


if __name__ == "__main__":
    levels = [int(level) for level in sys.argv[-1].split(",")]
    data = json.load(open(sys.argv[3]))
    if sys.argv[2] == "text":
        text(Model(sys.argv[1]), data, int(sys.argv[4]), levels)
    else:
        facts(Model(sys.argv[1]), data, levels)

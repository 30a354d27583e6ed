#!/usr/bin/env python3
"""Makes tiny.gguf and what it becomes (tiny.json), and large-header.gguf, with the pip package `gguf` 0.19.0 (with numpy).

tiny.gguf is a Llama of two layers with tensors of several types and a byte-level tokenizer. large-header.gguf is the
header of a model whose weights take 805 MB: with zeros behind it, an import of it lasts.
"""
import hashlib
import json
import os
import numpy as np
from gguf import GGMLQuantizationType as Type, GGUFWriter, TokenType
from gguf.quants import dequantize, quantize

here = os.path.dirname(os.path.abspath(__file__))
HEADS, KV_HEADS, HEAD, HIDDEN, MLP = 4, 2, 16, 64, 96
NAMES = {'token_embd': 'model.embed_tokens', 'output_norm': 'model.norm', 'attn_norm': 'input_layernorm', 'ffn_norm': 'post_attention_layernorm',
         'attn_q': 'self_attn.q_proj', 'attn_k': 'self_attn.k_proj', 'attn_v': 'self_attn.v_proj', 'attn_output': 'self_attn.o_proj',
         'ffn_gate': 'mlp.gate_proj', 'ffn_up': 'mlp.up_proj', 'ffn_down': 'mlp.down_proj'}


def alphabet():
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    extra = iter(range(256, 512))
    return [chr(byte) if byte in plain else chr(next(extra)) for byte in range(256)]


def header(writer, mlp, layers):
    writer.add_context_length(512)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(mlp)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_rope_dimension_count(HEAD)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_tokenizer_model('gpt2')
    writer.add_tokenizer_pre('gpt-2')
    letters = alphabet()
    pairs = [('t', 'h'), ('th', 'e'), (letters[32], 'the')]
    specials = ['<|endoftext|>', '<|im_start|>', '<|im_end|>']
    tokens = specials + letters + [a + b for a, b in pairs]
    writer.add_token_list(tokens)
    writer.add_token_types([TokenType.CONTROL] * 3 + [TokenType.NORMAL] * (len(tokens) - 3))
    writer.add_token_merges([a + ' ' + b for a, b in pairs])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_chat_template("{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
                             "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}")
    return len(tokens)


def shapes(vocabulary, mlp, layers):
    yield 'token_embd.weight', (vocabulary, HIDDEN), Type.Q8_0
    for layer in range(layers):
        blk = f'blk.{layer}.'
        yield blk + 'attn_norm.weight', (HIDDEN,), Type.F32
        yield blk + 'attn_q.weight', (HEADS * HEAD, HIDDEN), Type.Q4_1
        yield blk + 'attn_k.weight', (KV_HEADS * HEAD, HIDDEN), Type.Q5_0
        yield blk + 'attn_v.weight', (KV_HEADS * HEAD, HIDDEN), Type.F16
        yield blk + 'attn_output.weight', (HIDDEN, HEADS * HEAD), Type.Q5_1
        yield blk + 'ffn_norm.weight', (HIDDEN,), Type.F32
        yield blk + 'ffn_gate.weight', (mlp, HIDDEN), Type.Q4_0
        yield blk + 'ffn_up.weight', (mlp, HIDDEN), Type.BF16
        yield blk + 'ffn_down.weight', (HIDDEN, mlp), Type.Q4_0
    yield 'output_norm.weight', (HIDDEN,), Type.F32


def directory_name(name):
    stem = name.removesuffix('.weight').split('.')
    return (f'model.layers.{stem[1]}.' if stem[0] == 'blk' else '') + NAMES[stem[-1]] + '.weight'


def digests(tensors, dtype):
    whole, print_ = hashlib.sha256(), hashlib.sha256()
    for name in sorted(tensors):
        values = tensors[name]
        bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
        data = ((bits + 0x7fff + ((bits >> 16) & 1)) >> 16).astype('<u2').tobytes() if dtype == 'BF16' else bits.astype('<u4').tobytes()
        line = f'{name} {dtype} {",".join(map(str, values.shape))}\n'.encode()
        whole.update(line + data)
        print_.update(line + data[:4096] + data[-4096:])
    return {'sha256': whole.hexdigest(), 'fingerprint': 'sha256:' + print_.hexdigest()}


random = np.random.default_rng(7)
writer = GGUFWriter(os.path.join(here, 'tiny.gguf'), 'llama')
vocabulary = header(writer, MLP, 2)
expected = {}
for name, shape, kind in shapes(vocabulary, MLP, 2):
    values = random.standard_normal(shape).astype(np.float32) / 8 + (1 if name.endswith('norm.weight') else 0)
    stored = quantize(values, kind) if kind != Type.F32 else values
    writer.add_tensor(name, stored, raw_dtype=kind if kind not in (Type.F32, Type.F16) else None)
    values = np.ascontiguousarray(dequantize(stored, kind), np.float32)
    if 'attn_q' in name or 'attn_k' in name:
        values = values.reshape(-1, HEAD // 2, 2, HIDDEN).swapaxes(1, 2).reshape(values.shape)
    expected[directory_name(name)] = values
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
with open(os.path.join(here, 'tiny.json'), 'w') as file:
    json.dump({dtype: digests(expected, dtype) for dtype in ('BF16', 'F32')}, file, indent=2)

writer = GGUFWriter(os.path.join(here, 'large-header.gguf'), 'llama')
vocabulary = header(writer, 1 << 20, 1)
size = 0
for name, shape, _ in shapes(vocabulary, 1 << 20, 1):
    writer.add_tensor_info(name, shape, np.dtype(np.float32), int(np.prod(shape)) * 4)
    size += (int(np.prod(shape)) * 4 + 31) // 32 * 32
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_ti_data_to_file()
writer.close()
print('zeros behind large-header.gguf:', size)

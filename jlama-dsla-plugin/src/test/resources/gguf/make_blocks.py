#!/usr/bin/env python3
"""Makes the reference files beside this script: TYPE.bin has raw blocks of a type, then their values as F32.

The values are those of the pip package `gguf` 0.19.0 (with numpy). Quants are random; the factors before them
are random, ordinary, zero, the smallest and the greatest of F16, and infinite.
"""
import os
import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType as Type
from gguf.quants import dequantize

FACTORS = np.array([0x2000, 0xa000, 0x0000, 0x8000, 0x0001, 0x8001, 0x03ff, 0x7bff, 0xfbff, 0x7c00, 0x1234, 0x9876], '<u2')
# Where the F16 factors of a block stand.
PLACES = {Type.F32: [], Type.F16: [], Type.BF16: [], Type.Q8_0: [0], Type.Q4_0: [0], Type.Q4_1: [0, 2], Type.Q5_0: [0],
          Type.Q5_1: [0, 2], Type.Q4_K: [0, 2], Type.Q5_K: [0, 2], Type.Q6_K: [208]}
random = np.random.default_rng(20261124)
for kind, places in PLACES.items():
    elements, size = GGML_QUANT_SIZES[kind]
    count = 24 if elements == 32 else 12 if elements == 256 else 256
    raw = random.integers(0, 256, (count, size), np.uint8)
    for index, place in enumerate(places):
        factors = np.roll(np.resize(FACTORS, count), 5 * index)
        raw[:, place:place + 2] = factors.view(np.uint8).reshape(count, 2)
    if places:  # the least and the greatest quants, too
        body = np.ones(size, bool)
        for place in places:
            body[place:place + 2] = False
        raw[0, body], raw[1, body] = 0, 255
    with np.errstate(all='ignore'):
        values = np.ascontiguousarray(dequantize(raw.reshape(1, -1), kind), np.float32)
    assert values.size == count * elements
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), kind.name + '.bin'), 'wb') as file:
        file.write(raw.tobytes() + values.astype('<f4').tobytes())

#!/usr/bin/env python3
"""Token ids of some texts by SmolLM2's reference tokenizer, as JSON.

Usage: make_smollm2_tokens.py TOKENIZER.json OUT.json   needs tokenizers from pip.
"""
import json
import sys

from tokenizers import Tokenizer

TEXTS = [
    "Hello, world!",
    "The quick brown fox jumps over the lazy dog.",
    " leading and trailing  spaces   ",
    "tabs\tand\nlines\r\nand\n\n\nempty ones\n",
    "1 12 123 2024 3.14159 1,000,000 0x7F 10e-5",
    "I'll don't we've he'd O'Neil's 'tis IT'S",
    "def f(x):\n    return {'a': x ** 2, \"b\": [1, 2]}  # comment\n",
    "https://example.org/path?query=1&other=two#part",
    "Grüße aus Köln, ça va? Ærøskøbing, Łódź, İstanbul",
    "Привет, мир! Γειά σου Κόσμε. שלום עולם مرحبا بالعالم",
    "日本語のテキスト、中文文本，한국어 텍스트 ไทย हिन्दी",
    "🙂👩‍👩‍👧‍👦🏳️‍🌈 e\u0301 \u00a0\u2003\u200b\ufeff",
    "² ³ ½ Ⅷ ٣ ४ 五",
    "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
    "<|endoftext|><repo_name>a/b<file_sep>x<jupyter_code>1<empty_output>",
    "<|im_start|<|im_end|>|> <|unknown|> <repo_name",
    "antidisestablishmentarianism SmolLM2 HuggingFaceTB LLaMA",
    "AAAAAAAAAAAAAAAAAAAAAAAA ................ ================",
    "\u0000\u0001\u001f\u007f\u0085",
    "x",
]

tokenizer = Tokenizer.from_file(sys.argv[1])
with open(sys.argv[2], "w", encoding="utf-8") as out:
    lines = [
        json.dumps({"text": t, "ids": tokenizer.encode(t, add_special_tokens=False).ids}) for t in TEXTS
    ]
    out.write("[\n" + ",\n".join(lines) + "\n]\n")

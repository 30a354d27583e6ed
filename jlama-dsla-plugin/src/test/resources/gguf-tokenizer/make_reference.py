#!/usr/bin/env python3
"""Makes reference.json: small vocabularies as GGUF metadata, and what the original programs make of texts.

Needs the pip packages tokenizers 0.23.3 and sentencepiece 0.2.3. The byte-level kinds are built from the classes of
tokenizers as the published tokenizer.json files of GPT-2, Llama 3, SmolLM2 and Qwen2 have them; the SentencePiece kinds
are trained and run by sentencepiece. Deterministic.
"""
import io, json, os, random
import sentencepiece as spm
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
import sentencepiece.sentencepiece_model_pb2 as pb

PARAGRAPH = """The lighthouse keeper counted 1,024 waves before breakfast, and then he'd count them again. It wasn't that
he'd forgotten; they're different every time, he said, and we'll never see the same wave twice. In 1987 the storm took
the roof, the stairs and 36 panes of glass. "I've rebuilt it," he wrote, "and I'm not afraid of the next one."
    for (int i = 0; i < 128; i++) {
        total += weight[i] * value[i];
    }
Le phare était fermé depuis l'été dernier, mais la lumière brûlait encore. Der Wärter grüßte die Möwen früh am Morgen.
Смотритель маяка считал волны каждый день. 灯台守は毎朝波を数えた。灯塔看守每天早上数海浪。 The keepers kept
keeping the kept lights lighted, and the waves waved back; the sea, the sea, the never ending sea.
"""
CONTROL = ["<|begin|>", "<|end|>", "<|turn|>"]
USER = ["<tool>", "[[x]]"]
TEXTS = [
    "a", " ", "  ", "\n", "\n\n", " \n \n ", "\t\tx", "hello world", " hello  world   ", "The lighthouse keeper",
    "he'd we'll they're I've I'm it's don't", "HE'D WE'LL THEY'RE I'VE I'M IT'S DON'T", "he\u2019d it\u2019s",
    "1", "12", "123", "1234", "12345", "1,024.50", "v1.2.3", "x86_64", "in 1987 or 36", "\u00b2\u00bd\u2167\u0663\u0967",
    "for (int i = 0; i < 128; i++) {\n        total += weight[i];\n    }\n", "a\r\nb\r\rc\n\r\nd", "   \n   x", "x   \n\n   y",
    "end.  \n", "!!! ??? ...\n\n", " -- ~~ == !=", "http://example.invalid/a?b=c&d=%20", "snake_case camelCase kebab-case",
    "l'\u00e9t\u00e9 br\u00fblait", "e\u0301te\u0301 n\u0303 \u212b \u1e9b\u0323", "gr\u00fc\u00dfte M\u00f6wen", "\u0421\u043c\u043e\u0442\u0440\u0438\u0442\u0435\u043b\u044c \u043c\u0430\u044f\u043a\u0430",
    "\u706f\u53f0\u5b88\u306f\u6bce\u671d\u6ce2\u3092\u6570\u3048\u305f\u3002", "\u4f60\u597d\uff0c\u4e16\u754c 123", "\ud55c\uad6d\uc5b4 \uac00", "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u0661\u0662\u0663", "\u0928\u092e\u0938\u094d\u0924\u0947", "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35",
    "\U0001f642", "\U0001f642\U0001f642 ok \U0001f469\u200d\U0001f469\u200d\U0001f467", "\U0001f3f4\U000e0067\U000e0062\U000e007f", "a\u00a0b\u2003c\u3000d", "\u200b\ufeffx", "a\u0000b\u0007c\u007f",
    "\u0085\u2028\u2029", "keepkeepkeep keptkeptkept", "waveswaveswaves", "theseatheseathesea", "aaaaaaaaaaaaaaaa", "eeeeeee ttttttt",
    "          ten spaces", "                     ", "unreachable", " unreachable word", "unreachables",
]
WORDS = ["the", "keep", "er", "wave", "s", " ", "  ", "\n", "'s", "'LL", "12", "7", ".", "\u00e9", "\u6ce2", "\U0001f642", "light", "house", "\u043c\u0430", "_", "\t", "e\u0301", "\r\n", "!", " count"]


def texts():
    pick = random.Random(6)
    return TEXTS + ["".join(pick.choice(WORDS) for _ in range(pick.randint(1, 14))) for _ in range(90)]


def corpus():
    return [line + "\n" for line in PARAGRAPH.split("\n")]


LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN2 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def split(regex):
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(regex), "isolated", invert=False),
                                    pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def byte_level(pre):
    """A tokenizer as published, with a vocabulary trained on the paragraph."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = {
        "gpt-2": lambda: pre_tokenizers.ByteLevel(add_prefix_space=False),
        "llama-bpe": lambda: split(LLAMA3),
        "smollm": lambda: pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]),
        "qwen2": lambda: split(QWEN2)}[pre]()
    if pre == "qwen2":
        tokenizer.normalizer = normalizers.NFC()
    trainer = trainers.BpeTrainer(vocab_size=420, special_tokens=CONTROL, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False)
    tokenizer.train_from_iterator(corpus(), trainer)
    trained = json.loads(tokenizer.to_str())["model"]
    vocabulary = dict(sorted(trained["vocab"].items(), key=lambda item: item[1]))
    for token in ["unreachable", "\u0120unreachable"] + USER:  # words without merges; then added tokens
        vocabulary[token] = len(vocabulary)
    merges = [tuple(merge) for merge in trained["merges"]]
    tokenizer.model = models.BPE(vocab=vocabulary, merges=merges, ignore_merges=pre == "llama-bpe")
    tokenizer.add_special_tokens(CONTROL)
    tokenizer.add_tokens([AddedToken(token, normalized=False) for token in USER])
    tokenizer.decoder = decoders.ByteLevel()
    if pre == "llama-bpe":
        tokenizer.post_processor = processors.TemplateProcessing("<|begin|> $A", "<|begin|> $A <|begin|> $B", [("<|begin|>", 0)])
    types = [3 if token in CONTROL else 4 if token in USER else 1 for token in vocabulary]
    metadata = {"tokenizer.ggml.model": "gpt2", "tokenizer.ggml.pre": pre, "tokenizer.ggml.tokens": list(vocabulary),
                "tokenizer.ggml.token_type": types, "tokenizer.ggml.merges": [" ".join(merge) for merge in merges],
                "tokenizer.ggml.bos_token_id": 0, "tokenizer.ggml.eos_token_id": 1}
    own = ["<|turn|>user\nThe sea<|end|>", "x<tool>y [[x]] <|tool|>", "<|begin|><|begin|>"]
    cases = [{"text": text, "ids": tokenizer.encode(text, add_special_tokens=False).ids} for text in texts() + own]
    return {"name": pre, "metadata": metadata, "begun": tokenizer.encode("The sea").ids, "cases": cases}


def sentence_piece(name, prefix, fallback):
    model = io.BytesIO()
    spm.SentencePieceTrainer.train(
        sentence_iterator=iter(corpus()), model_writer=model, model_type="bpe", vocab_size=560 if fallback else 300, byte_fallback=fallback,
        normalization_rule_name="identity", remove_extra_whitespaces=False, add_dummy_prefix=prefix, split_digits=True,
        allow_whitespace_only_pieces=True, character_coverage=1.0, minloglevel=2, num_threads=1)
    processor = spm.SentencePieceProcessor(model_proto=model.getvalue())
    proto = pb.ModelProto.FromString(model.getvalue())
    metadata = {"tokenizer.ggml.model": "llama", "tokenizer.ggml.tokens": [piece.piece for piece in proto.pieces],
                "tokenizer.ggml.scores": [piece.score for piece in proto.pieces],
                "tokenizer.ggml.token_type": [piece.type for piece in proto.pieces],
                "tokenizer.ggml.add_space_prefix": prefix, "tokenizer.ggml.bos_token_id": 1, "tokenizer.ggml.eos_token_id": 2,
                "tokenizer.ggml.unknown_token_id": 0}
    cases = [{"text": text, "ids": processor.encode(text)} for text in texts()]
    return {"name": name, "metadata": metadata, "begun": processor.encode("The sea", add_bos=True), "cases": cases}


if __name__ == "__main__":
    kinds = [byte_level(pre) for pre in ("gpt-2", "llama-bpe", "smollm", "qwen2")]
    kinds += [sentence_piece("llama", True, True), sentence_piece("llama-plain", False, True), sentence_piece("llama-unknown", True, False)]
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "reference.json"), "w", encoding="utf-8") as out:
        out.write("[\n" + ",\n".join(json.dumps(kind, ensure_ascii=False, separators=(",", ":")) for kind in kinds) + "\n]\n")

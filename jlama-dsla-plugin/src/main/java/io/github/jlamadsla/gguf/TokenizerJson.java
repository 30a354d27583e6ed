package io.github.jlamadsla.gguf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.github.jlamadsla.bridge.JlamaModelDirectory;

/**
 * Writes tokenizer.json, and makes the parts that the kinds of tokenizers share. Jlama heeds a normalizer or
 * pre-tokenizer only within a {@code Sequence}, so each is written as one.
 */
final class TokenizerJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final TokenizerVocabulary vocabulary;
    private final TokenizerSpecials specials;

    TokenizerJson(TokenizerVocabulary vocabulary, TokenizerSpecials specials) {
        this.vocabulary = vocabulary;
        this.specials = specials;
    }

    /** @throws io.github.jlamadsla.safetensors.InvalidModelException if the file would be larger than one may be */
    byte[] write(GgufMetadata metadata, TokenizerPipeline pipeline) {
        TokenizerBytes bytes = new TokenizerBytes();
        try (JsonGenerator json = MAPPER.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("version", "1.0");
            json.writeNullField("truncation");
            json.writeNullField("padding");
            writeAddedTokens(json);
            json.writeObjectField("normalizer", pipeline.normalizer());
            json.writeObjectField("pre_tokenizer", pipeline.preTokenizer());
            json.writeObjectField("post_processor", pipeline.postProcessor());
            json.writeObjectField("decoder", pipeline.decoder());
            json.writeObjectFieldStart("model");
            writeModel(json, pipeline.model());
            writeVocabulary(json);
            writeMerges(json, pipeline.merges());
            json.writeEndObject();
            json.writeEndObject();
        } catch (TokenizerBytes.Full e) {
            throw metadata.refuse(TokenizerVocabulary.TOKENS, "too much for one tokenizer.json with its merges",
                    "at most " + JlamaModelDirectory.MAX_TOKENIZER_BYTES + " bytes");
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a stream into memory has no other
        }
        return bytes.toByteArray();
    }

    private void writeAddedTokens(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("added_tokens");
        for (int id = 0; id < vocabulary.size(); id++) {
            TokenizerTokenType type = vocabulary.type(id);
            if (type == TokenizerTokenType.CONTROL || type == TokenizerTokenType.UNKNOWN
                    || type == TokenizerTokenType.USER_DEFINED) {
                json.writeStartObject();
                json.writeNumberField("id", id);
                json.writeStringField("content", vocabulary.token(id));
                json.writeBooleanField("single_word", false);
                json.writeBooleanField("lstrip", false);
                json.writeBooleanField("rstrip", false);
                json.writeBooleanField("normalized", false);
                json.writeBooleanField("special", isSpecial(id));
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }

    /** A token that ends a text must not be spelled by a user, whatever type the file gives it. */
    private boolean isSpecial(int id) {
        return vocabulary.type(id) != TokenizerTokenType.USER_DEFINED || specials.named().contains(id);
    }

    private static void writeModel(JsonGenerator json, TokenizerPipeline.Model model) throws IOException {
        json.writeStringField("type", "BPE");
        json.writeNullField("dropout");
        json.writeStringField("unk_token", model.unknown());
        json.writeNullField("continuing_subword_prefix");
        json.writeNullField("end_of_word_suffix");
        json.writeBooleanField("fuse_unk", model.unknown() != null);
        json.writeBooleanField("byte_fallback", model.byteFallback());
        json.writeBooleanField("ignore_merges", model.ignoreMerges());
    }

    private void writeVocabulary(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("vocab");
        for (int id = 0; id < vocabulary.size(); id++) {
            json.writeNumberField(vocabulary.token(id), id);
        }
        json.writeEndObject();
    }

    private void writeMerges(JsonGenerator json, List<TokenizerMerge> merges) throws IOException {
        json.writeArrayFieldStart("merges");
        for (TokenizerMerge merge : merges) {
            json.writeStartArray();
            json.writeString(vocabulary.token(merge.left()));
            json.writeString(vocabulary.token(merge.right()));
            json.writeEndArray();
        }
        json.writeEndArray();
    }

    /** Puts the tokens that begin and end a text to it; null if there are none. */
    ObjectNode template() {
        if (!specials.addBos() && !specials.addEos()) {
            return null;
        }
        ObjectNode template = part("TemplateProcessing");
        sequence(template.putArray("single"), "A", 0);
        ArrayNode pair = template.putArray("pair");
        sequence(pair, "A", 0);
        sequence(pair, "B", 1);
        ObjectNode tokens = template.putObject("special_tokens");
        if (specials.addBos()) {
            describe(tokens, specials.bos());
        }
        if (specials.addEos()) {
            describe(tokens, specials.eos());
        }
        return template;
    }

    private void sequence(ArrayNode pieces, String text, int typeId) {
        if (specials.addBos()) {
            pieces.add(piece("SpecialToken", vocabulary.token(specials.bos()), typeId));
        }
        pieces.add(piece("Sequence", text, typeId));
        if (specials.addEos()) {
            pieces.add(piece("SpecialToken", vocabulary.token(specials.eos()), typeId));
        }
    }

    private static ObjectNode piece(String kind, String id, int typeId) {
        ObjectNode piece = NODES.objectNode();
        piece.putObject(kind).put("id", id).put("type_id", typeId);
        return piece;
    }

    private void describe(ObjectNode tokens, int id) {
        String token = vocabulary.token(id);
        ObjectNode described = tokens.putObject(token);
        described.put("id", token);
        described.putArray("ids").add(id);
        described.putArray("tokens").add(token);
    }

    /** An object of a type. */
    static ObjectNode part(String type) {
        return NODES.objectNode().put("type", type);
    }

    /** Parts one after another. */
    static ObjectNode sequence(String name, List<ObjectNode> parts) {
        ObjectNode sequence = part("Sequence");
        sequence.putArray(name).addAll(parts);
        return sequence;
    }

    /** Replaces a text by another. */
    static ObjectNode replace(String text, String by) {
        ObjectNode replace = part("Replace");
        replace.putObject("pattern").put("String", text);
        return replace.put("content", by);
    }

    /** JSON null for null. */
    static JsonNode orNull(ObjectNode node) {
        return node == null ? NODES.nullNode() : node;
    }
}

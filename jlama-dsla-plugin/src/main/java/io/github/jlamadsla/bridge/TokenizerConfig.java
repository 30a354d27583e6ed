package io.github.jlamadsla.bridge;

/**
 * What tokenizer_config.json (and chat_template.jinja) say beside the tokenizer itself.
 *
 * @param bosToken text of the token a text begins with, null if none is named
 * @param eosToken text of the token that ends an answer, null if none is named
 * @param chatTemplate Jinja source of the chat template, null if there is none
 */
public record TokenizerConfig(String bosToken, String eosToken, String chatTemplate) {}

/**
 * LangChain4j chat models over the engine: {@link io.github.jlamadsla.langchain4j.DslaChatModel}, whose answers come
 * whole, and {@link io.github.jlamadsla.langchain4j.DslaStreamingChatModel}, whose answers come piece by piece.
 * {@link io.github.jlamadsla.langchain4j.DslaChatRequestParameters} set per request what LangChain4j's own cannot.
 * <p>
 * What the engine cannot do yet is refused with {@code UnsupportedFeatureException}, never ignored. Failures are
 * LangChain4j's own exceptions, so that its retry rules hold: a request that can never succeed is not repeated, an
 * overloaded engine is.
 */
package io.github.jlamadsla.langchain4j;

package io.github.jlamadsla.text;

/**
 * What DJL's native tokenizers must be told before their first use: stay offline (else they look for a cloud metadata
 * service and may report usage) and take the CPU library that lies in the JAR (else a GPU makes them fetch another).
 */
final class NativeTokenizers {
    static final String OFFLINE = "ai.djl.offline";
    static final String FLAVOR = "RUST_FLAVOR";

    private NativeTokenizers() {}

    /** Sets the system properties, whoever started the JVM. */
    static void keepOffline() {
        System.setProperty(OFFLINE, "true");
        System.setProperty(FLAVOR, "cpu");
    }
}

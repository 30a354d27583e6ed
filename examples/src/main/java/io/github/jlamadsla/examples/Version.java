package io.github.jlamadsla.examples;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;

import picocli.CommandLine.IVersionProvider;

/** The version of the build. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() throws IOException {
        return new String[]{"ask-the-story " + number()};
    }

    /** As in the POM. */
    static String number() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Objects.requireNonNull(Version.class.getResourceAsStream("version.properties"))) {
            properties.load(in);
        }
        return properties.getProperty("version");
    }
}

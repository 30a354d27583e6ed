package io.github.jlamadsla.examples;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;

import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The version of the build, behind the program's name. */
public final class Version implements IVersionProvider {
    @Spec
    private CommandSpec program;

    @Override
    public String[] getVersion() throws IOException {
        return new String[]{program.name() + " " + number()};
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

package io.github.jlamadsla.examples;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;

import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The version of the build, for {@code --version} of any of the programs. */
public final class Version implements IVersionProvider {
    @Spec
    private CommandSpec command; // the program whose version is asked for

    @Override
    public String[] getVersion() throws IOException {
        return new String[]{command.name() + " " + number()};
    }

    /** As Maven has it. */
    static String number() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Objects.requireNonNull(Version.class.getResourceAsStream("version.properties"))) {
            properties.load(in);
        }
        return properties.getProperty("version");
    }
}

package io.github.jlamadsla.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Changes single keys of a dsla_config.json that {@link DslaConfigReader} has accepted. What is not changed stays; the
 * new file takes the old one's place at once, and only when it is on the disk.
 */
public final class DslaConfigFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private DslaConfigFile() {}

    /** Appends a fingerprint to those of the base models it fits, unless it is there. */
    public static void addFingerprint(Path file, String fingerprint) {
        edit(file, config -> {
            JsonNode old = config.get("base_fingerprint");
            ArrayNode all = JSON.createArrayNode();
            (old.isArray() ? old : JSON.createArrayNode().add(old)).forEach(all::add);
            for (JsonNode one : all) {
                if (one.textValue().equalsIgnoreCase(fingerprint)) {
                    return;
                }
            }
            config.set("base_fingerprint", all.add(fingerprint));
        });
    }

    /** Replaces the measured levels. */
    public static void setQuality(Path file, List<QualityPoint> quality) {
        edit(file, config -> {
            ArrayNode points = config.putArray("quality");
            quality.forEach(point -> points.add(json(point)));
        });
    }

    private static ObjectNode json(QualityPoint point) {
        ObjectNode node = JSON.createObjectNode().put("level", point.level()).put("nll_2k", point.nll2k())
                .put("nll_8k", point.nll8k());
        if (!Double.isNaN(point.kl2k())) {
            node.put("kl_2k", point.kl2k());
        }
        ObjectNode facts = node.putObject("hidden_fact");
        for (Map.Entry<Integer, Double> share : new TreeMap<>(point.hiddenFact()).entrySet()) {
            facts.put(String.valueOf(share.getKey()), share.getValue());
        }
        return node;
    }

    private static void edit(Path file, Consumer<ObjectNode> change) {
        Path temporary = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            ObjectNode config = (ObjectNode) JSON.readTree(file.toFile());
            change.accept(config);
            DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
            printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
            DurableFile.write(temporary, JSON.writer(printer).writeValueAsBytes(config));
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be changed: " + e, e);
        } finally {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                throw new UncheckedIOException(temporary + ": cannot be removed: " + e, e);
            }
        }
    }
}

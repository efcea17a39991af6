package io.convergence.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.WriteCondition;
import io.convergence.target.DatePartitionDelimiter;
import io.convergence.target.DatePartitionSequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** S1, S4, S5: landing zones with every oddity of layout, built by the script {@code zones.txt}, are classified as {@code expected.txt} says. */
class LandingZoneGoldenTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden/landing-zone");

    private record Zone(String name, RawLayout layout, List<ScriptedObject> objects) {}

    private record ScriptedObject(Instant stored, String key, FileEvidence evidence) {}

    @Test
    void everyZoneIsClassifiedAsTheGoldenFileSays() throws IOException {
        StringBuilder actual = new StringBuilder();
        for (Zone zone : zones(Files.readAllLines(FOLDER.resolve("zones.txt")))) {
            classify(zone, actual);
        }

        Path golden = FOLDER.resolve("expected.txt");
        if ("write".equals(System.getProperty("convergence.golden"))) {
            Files.writeString(golden, actual);
            fail("Written: " + golden + ". Read the difference, then run without -Dconvergence.golden.");
        }
        assertThat(actual.toString()).isEqualTo(Files.readString(golden));
    }

    private static void classify(Zone zone, StringBuilder out) {
        Instant[] now = {Instant.EPOCH};
        InMemoryObjectStore store = new InMemoryObjectStore(() -> now[0]);
        Map<String, FileEvidence> evidence = new HashMap<>();
        for (ScriptedObject object : zone.objects()) {
            now[0] = object.stored();
            store.put(object.key(), new byte[] {1}, WriteCondition.none());
            evidence.put(object.key(), object.evidence());
        }

        RawListing listing = LandingZone.scan(store, "", zone.layout());

        line(out, "zone " + zone.name());
        listing.tables().forEach((table, files) -> {
            List<TimelineFile> read = files.stream()
                    .map(file -> new TimelineFile(file, evidence.get(file.key())))
                    .toList();
            describe(TableTimeline.of(table, read, TimelineOptions.defaults()), out);
        });
        listing.transactions().forEach(file -> line(out, "  transactions " + file.instant() + " " + file.key()));
        line(out, "  skipped: " + listing.controls() + " of DMS's own, " + listing.foreign() + " foreign");
        findings(listing.findings(), "  ", out);
        line(out, "");
    }

    private static void describe(TableTimeline timeline, StringBuilder out) {
        TableId table = timeline.table();
        line(
                out,
                "  table " + table + " " + timeline.state() + ", generation " + timeline.generation() + ", load start "
                        + timeline.loadStart().map(Instant::toString).orElse("-"));
        for (PlacedFile file : timeline.files()) {
            String place = file.file() instanceof RawFile.Load load
                    ? "load" + (load.segment().isEmpty() ? "" : " segment " + load.segment()) + " number "
                            + load.number()
                    : "changes of run " + file.context().run() + " at " + ((RawFile.Cdc) file.file()).instant();
            line(out, "    " + place + ", " + file.file().format() + ": " + file.key());
        }
        timeline.leftovers().forEach(file -> line(out, "    leftover: " + file.key()));
        timeline.beforeLoad().forEach(file -> line(out, "    before the load: " + file.key()));
        findings(timeline.findings(), "    ", out);
    }

    private static void findings(List<Finding> findings, String indent, StringBuilder out) {
        findings.forEach(finding -> line(
                out,
                indent + finding.severity() + " " + finding.code() + " " + finding.path() + ": " + finding.message()));
    }

    private static void line(StringBuilder out, String text) {
        out.append(text).append('\n');
    }

    private static List<Zone> zones(List<String> lines) {
        List<Zone> zones = new ArrayList<>();
        String name = "";
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("zone ")) {
                name = line.substring(5);
            } else if (line.startsWith("  layout ")) {
                zones.add(new Zone(name, layout(line.substring(9)), new ArrayList<>()));
            } else {
                zones.get(zones.size() - 1).objects().add(object(line.trim()));
            }
        }
        return zones;
    }

    private static RawLayout layout(String text) {
        if (text.equals("detect")) {
            return RawLayout.detect();
        }

        Map<String, String> settings = settings(text.split(" "));
        RawLayout.Builder builder = RawLayout.builder().bucketFolder(settings.getOrDefault("bucketFolder", ""));
        if (settings.containsKey("sequence")) {
            builder.datePartition(
                    DatePartitionSequence.parse(settings.get("sequence")),
                    DatePartitionDelimiter.parse(settings.get("delimiter")));
        }
        if (settings.containsKey("timezone")) {
            builder.timezone(ZoneId.of(settings.get("timezone")));
        }
        if (settings.containsKey("cdcPath")) {
            builder.cdcPath(settings.get("cdcPath"));
        }
        return builder.build();
    }

    private static ScriptedObject object(String line) {
        String[] parts = line.split(" ");
        Map<String, String> settings = settings(java.util.Arrays.copyOfRange(parts, 2, parts.length));
        String[] sequence = range(settings.get("seq"));
        String[] time = range(settings.get("time"));
        return new ScriptedObject(
                Instant.parse(parts[0]),
                parts[1],
                new FileEvidence(
                        Long.parseLong(settings.getOrDefault("rows", "0")),
                        sequence == null ? null : sequence(sequence[0]),
                        sequence == null ? null : sequence(sequence[1]),
                        time == null ? null : Instant.parse(time[0]),
                        time == null ? null : Instant.parse(time[1])));
    }

    private static Map<String, String> settings(String[] parts) {
        Map<String, String> settings = new HashMap<>();
        for (String part : parts) {
            int equals = part.indexOf('=');
            settings.put(part.substring(0, equals), part.substring(equals + 1));
        }
        return settings;
    }

    private static String[] range(@org.jspecify.annotations.Nullable String text) {
        return text == null ? null : text.split("\\.\\.");
    }

    private static String sequence(String text) {
        String[] parts = text.split(":");
        return parts[0] + String.format(Locale.ROOT, "%019d", Long.parseLong(parts[1]));
    }
}

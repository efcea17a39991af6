package io.convergence.compact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.TableId;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.RawSource;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.RawFormat;
import io.convergence.store.internal.Json;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The texts of tasks and their results. Fields a newer version adds are passed over; a newer format is refused. */
final class TaskJson {
    private static final int FORMAT = 1;
    private static final Json JSON = new Json(512L << 20);

    private TaskJson() {}

    static String write(CompactionTask task) {
        ObjectNode root = root(task.table(), task.base(), task.number())
                .put("kind", task.kind().name());
        options(root.putObject("options"), task.options());
        ArrayNode columns = root.putArray("columns");
        task.columns()
                .forEach(
                        column -> columns.addObject().put("name", column.name()).put("type", column.type()));
        ArrayNode sources = root.putArray("sources");
        for (CompactionSource source : task.sources()) {
            ObjectNode node = sources.addObject();
            if (source instanceof CompactionSource.Raw raw) {
                raw(node, raw.file());
                node.put("format", raw.format().name());
            } else {
                compacted(node, ((CompactionSource.Compacted) source).file());
            }
        }

        return JSON.write(root);
    }

    static CompactionTask task(String json) {
        return read(
                "compaction task",
                json,
                root -> new CompactionTask(
                        table(root),
                        root.number("base"),
                        root.smallNumber("task"),
                        root.constant("kind", CompactionPlan.Kind.class),
                        root.list("sources", TaskJson::source),
                        options(root.field("options")),
                        // A version without planned columns did not write them.
                        root.has("columns") ? root.list("columns", TaskJson::column) : List.of()));
    }

    private static OutputColumn column(JsonPlace node) {
        String name = node.text("name");
        return node.field("type").as(type -> new OutputColumn(name, type));
    }

    static String write(TaskResult result) {
        ObjectNode root = root(result.table(), result.base(), result.task()).put("bytes", result.bytes());
        ArrayNode outputs = root.putArray("outputs");
        result.outputs().forEach(output -> compacted(outputs.addObject(), output));
        ArrayNode replaced = root.putArray("replaced");
        result.replaced().forEach(file -> file(replaced.addObject(), file));
        ArrayNode left = root.putArray("left");
        result.left().forEach(source -> raw(left.addObject(), source));
        ArrayNode changed = root.putArray("changed");
        result.changed().forEach(source -> raw(changed.addObject(), source));
        ArrayNode findings = root.putArray("findings");
        result.findings()
                .forEach(finding -> findings.addObject()
                        .put("code", finding.code())
                        .put("severity", finding.severity().name())
                        .put("path", finding.path())
                        .put("message", finding.message())
                        .put("fix", finding.fix()));
        return JSON.write(root);
    }

    static TaskResult result(String json) {
        return read(
                "result of a compaction task",
                json,
                root -> new TaskResult(
                        table(root),
                        root.number("base"),
                        root.smallNumber("task"),
                        root.list("outputs", TaskJson::compacted),
                        root.list("replaced", TaskJson::file),
                        root.list("left", TaskJson::raw),
                        root.number("bytes"),
                        root.list(
                                "findings",
                                finding -> new Finding(
                                        finding.text("code"),
                                        finding.constant("severity", Severity.class),
                                        finding.text("path"),
                                        finding.text("message"),
                                        finding.text("fix"))),
                        root.has("changed") ? root.list("changed", TaskJson::raw) : List.of()));
    }

    private static ObjectNode root(TableId table, long base, int task) {
        return Json.object()
                .put("format", FORMAT)
                .put("schema", table.schema())
                .put("table", table.name())
                .put("base", base)
                .put("task", task);
    }

    private static TableId table(JsonPlace root) {
        return TableId.of(root.text("schema"), root.text("table"));
    }

    private static <T> T read(String what, String json, Function<JsonPlace, T> reader) {
        try {
            JsonPlace root = new JsonPlace(JSON.parse(json), "$");
            long format = root.number("format");
            if (format != FORMAT) {
                throw new JsonPlace.Fault("$.format", "it is " + format + ", this version reads " + FORMAT);
            }

            return reader.apply(root);
        } catch (JsonProcessingException e) {
            throw malformed(what, "it is no JSON (" + e.getOriginalMessage() + ")", e);
        } catch (JsonPlace.Fault e) {
            throw malformed(what, String.valueOf(e.getMessage()), e);
        }
    }

    private static IllegalArgumentException malformed(String what, String why, Exception cause) {
        return new IllegalArgumentException(
                "Cannot read " + what + ": " + why + ". Give the text that the same version of Convergence wrote.",
                cause);
    }

    /** Only what the execution of a task asks for. */
    private static void options(ObjectNode node, CompactionOptions options) {
        node.put("targetSize", options.targetSize().bytes());
        node.put("smallestOfBand", options.smallestOfBand().bytes());
        node.put("largestOfBand", options.largestOfBand().bytes());
        node.put("settleTime", options.settleTime().toString());
        node.put("rowGroupSize", options.rowGroupSize().bytes());
        node.put("rowGroupRows", options.rowGroupRows());
        node.put("tail", options.tail().name());
        node.put("verification", options.verification().name());
    }

    private static CompactionOptions options(JsonPlace node) {
        CompactionOptions.Builder builder = CompactionOptions.builder()
                .targetSize(DataSize.ofBytes(node.number("targetSize")))
                .band(DataSize.ofBytes(node.number("smallestOfBand")), DataSize.ofBytes(node.number("largestOfBand")))
                .rowGroupSize(DataSize.ofBytes(node.number("rowGroupSize")))
                .rowGroupRows(node.smallNumber("rowGroupRows"))
                .tail(node.constant("tail", CompactionOptions.Tail.class))
                .verification(node.constant("verification", CompactionOptions.Verification.class));
        try {
            return builder.settleTime(Duration.parse(node.text("settleTime"))).build();
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new JsonPlace.Fault(node.path(), String.valueOf(e.getMessage()));
        }
    }

    private static CompactionSource source(JsonPlace node) {
        return node.has("sources")
                ? new CompactionSource.Compacted(compacted(node))
                : new CompactionSource.Raw(raw(node), node.constant("format", RawFormat.class));
    }

    private static void compacted(ObjectNode node, LedgerEntry.CompactedFile file) {
        file(node, file.file());
        ArrayNode sources = node.putArray("sources");
        file.sources().forEach(source -> raw(sources.addObject(), source));
    }

    private static LedgerEntry.CompactedFile compacted(JsonPlace node) {
        return new LedgerEntry.CompactedFile(file(node), node.list("sources", TaskJson::raw));
    }

    private static void file(ObjectNode node, LedgerFile file) {
        node.put("key", file.key())
                .put("etag", file.etag().value())
                .put("lastModified", file.lastModified().toString())
                .put("size", file.size())
                .put("rows", file.rows());
    }

    private static LedgerFile file(JsonPlace node) {
        return new LedgerFile(
                node.text("key"),
                node.etag("etag"),
                node.instant("lastModified"),
                node.number("size"),
                node.number("rows"));
    }

    private static void raw(ObjectNode node, RawSource source) {
        FileEvidence evidence = source.evidence();
        node.put("key", source.key())
                .put("etag", source.etag().value())
                .put("lastModified", source.lastModified().toString())
                .put("size", source.size())
                .put("rows", evidence.rows());
        evidence.first().ifPresent(text -> node.put("firstSequence", text));
        evidence.last().ifPresent(text -> node.put("lastSequence", text));
        evidence.smallest().ifPresent(instant -> node.put("smallestTime", instant.toString()));
        evidence.largest().ifPresent(instant -> node.put("largestTime", instant.toString()));
    }

    private static RawSource raw(JsonPlace node) {
        FileEvidence evidence;
        try {
            evidence = new FileEvidence(
                    node.number("rows"),
                    node.optional("firstSequence", JsonPlace::text).orElse(null),
                    node.optional("lastSequence", JsonPlace::text).orElse(null),
                    time(node, "smallestTime"),
                    time(node, "largestTime"));
        } catch (IllegalArgumentException e) {
            throw new JsonPlace.Fault(node.path(), String.valueOf(e.getMessage()));
        }

        return new RawSource(
                node.text("key"), node.etag("etag"), node.instant("lastModified"), node.number("size"), evidence);
    }

    private static @Nullable Instant time(JsonPlace node, String name) {
        return node.has(name) ? node.instant(name) : null;
    }
}

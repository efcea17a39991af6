package io.convergence.compact;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A plan for machines. */
final class PlanJson {
    private static final JsonFactory JSON = new JsonFactory();

    private PlanJson() {}

    static String write(PlanReport report) {
        var text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            write(report, json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return text.toString();
    }

    private static void write(PlanReport report, JsonGenerator json) throws IOException {
        CompactionPlan plan = report.plan();
        CompactionOptions options = plan.options();
        json.writeStartObject();
        json.writeStringField("table", plan.table().toString());
        json.writeNumberField("base", plan.base());
        json.writeObjectFieldStart("band");
        json.writeNumberField("smallest", options.smallestOfBand().bytes());
        json.writeNumberField("target", options.targetSize().bytes());
        json.writeNumberField("largest", options.largestOfBand().bytes());
        json.writeEndObject();
        json.writeNumberField("rows", plan.rows());
        json.writeNumberField("bytes", plan.bytes());
        json.writeNumberField("expectedOutputs", plan.expectedOutputs());
        json.writeNumberField("expectedBytes", plan.expectedBytes());
        Requests requests = plan.requests();
        json.writeObjectFieldStart("requests");
        json.writeNumberField("list", requests.list());
        json.writeNumberField("head", requests.head());
        json.writeNumberField("get", requests.get());
        json.writeNumberField("put", requests.put());
        json.writeEndObject();
        if (report.prices().isPresent()) {
            Prices prices = report.prices().get();
            json.writeObjectFieldStart("cost");
            json.writeStringField("amount", prices.cost(requests).toPlainString());
            json.writeStringField("currency", prices.currency());
            json.writeEndObject();
        }

        json.writeArrayFieldStart("tasks");
        for (CompactionPlan.Group group : plan.groups()) {
            write(group, report.showsFiles(), json);
        }
        json.writeEndArray();
        write("waiting", plan.waiting(), report.showsFiles(), json);
        write("leftAsTheyAre", plan.untouched(), report.showsFiles(), json);
        json.writeNumberField("compactedFiles", plan.compactedFiles());
        json.writeEndObject();
    }

    private static void write(CompactionPlan.Group group, boolean names, JsonGenerator json) throws IOException {
        List<CompactionSource> files = group.files();
        json.writeStartObject();
        json.writeStringField("kind", group.kind().name());
        json.writeStringField("partition", group.partition());
        if (group.change().isPresent()) {
            json.writeStringField("schemaChange", group.change().get());
        }
        json.writeArrayFieldStart("outputs");
        for (CompactionPlan.Output output : group.outputs()) {
            List<CompactionSource> own = files.subList(output.from(), output.to());
            json.writeStartObject();
            json.writeNumberField("count", own.size());
            json.writeNumberField("rows", output.rows());
            json.writeNumberField(
                    "bytes", own.stream().mapToLong(CompactionSource::bytes).sum());
            json.writeNumberField("expectedBytes", output.bytes());
            if (names) {
                write("files", own.stream().map(CompactionSource::key).toList(), json);
            } else {
                json.writeStringField("first", own.get(0).key());
                json.writeStringField("last", own.get(own.size() - 1).key());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(String field, List<CompactionPlan.Skipped> skipped, boolean names, JsonGenerator json)
            throws IOException {
        Map<String, Integer> counts = new LinkedHashMap<>();
        skipped.forEach(one -> counts.merge(one.reason(), 1, Integer::sum));
        json.writeArrayFieldStart(field);
        for (Map.Entry<String, Integer> reason : counts.entrySet()) {
            json.writeStartObject();
            json.writeStringField("reason", reason.getKey());
            json.writeNumberField("count", reason.getValue());
            if (names) {
                write(
                        "files",
                        skipped.stream()
                                .filter(one -> one.reason().equals(reason.getKey()))
                                .map(one -> one.file().key())
                                .toList(),
                        json);
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void write(String field, List<String> texts, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(field);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }
}

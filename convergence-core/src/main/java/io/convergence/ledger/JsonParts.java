package io.convergence.ledger;

import static io.convergence.ledger.JsonFields.field;
import static io.convergence.ledger.JsonFields.flag;
import static io.convergence.ledger.JsonFields.instant;
import static io.convergence.ledger.JsonFields.list;
import static io.convergence.ledger.JsonFields.number;
import static io.convergence.ledger.JsonFields.optionalInstant;
import static io.convergence.ledger.JsonFields.optionalText;
import static io.convergence.ledger.JsonFields.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.TableId;
import io.convergence.raw.FileEvidence;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.ETag;
import io.convergence.store.ObjectStat;
import java.util.Collection;
import java.util.List;

/** Files, raw sources and schemas as JSON. */
final class JsonParts {
    private JsonParts() {}

    static LedgerEntry.CompactedFile compacted(JsonNode node) {
        return new LedgerEntry.CompactedFile(file(field(node, "file")), list(node, "sources", JsonParts::source));
    }

    static void files(ArrayNode array, List<LedgerFile> files) {
        files.forEach(file -> file(array.addObject(), file));
    }

    static void file(ObjectNode node, LedgerFile file) {
        node.put("key", file.key());
        node.put("etag", file.etag().value());
        node.put("lastModified", file.lastModified().toString());
        node.put("size", file.size());
        node.put("rows", file.rows());
    }

    static LedgerFile file(JsonNode node) {
        return new LedgerFile(
                text(node, "key"),
                new ETag(text(node, "etag")),
                instant(node, "lastModified"),
                number(node, "size"),
                number(node, "rows"));
    }

    static void sources(ArrayNode array, List<RawSource> sources) {
        for (RawSource source : sources) {
            ObjectNode node = array.addObject();
            node.put("key", source.key());
            node.put("etag", source.etag().value());
            node.put("lastModified", source.lastModified().toString());
            node.put("size", source.size());
            FileEvidence evidence = source.evidence();
            node.put("rows", evidence.rows());
            evidence.first().ifPresent(text -> node.put("firstSequence", text));
            evidence.last().ifPresent(text -> node.put("lastSequence", text));
            evidence.smallest().ifPresent(instant -> node.put("smallestTime", instant.toString()));
            evidence.largest().ifPresent(instant -> node.put("largestTime", instant.toString()));
        }
    }

    static RawSource source(JsonNode node) {
        var evidence = new FileEvidence(
                number(node, "rows"),
                optionalText(node, "firstSequence"),
                optionalText(node, "lastSequence"),
                optionalInstant(node, "smallestTime"),
                optionalInstant(node, "largestTime"));
        return new RawSource(
                text(node, "key"),
                new ETag(text(node, "etag")),
                instant(node, "lastModified"),
                number(node, "size"),
                evidence);
    }

    static void listing(ObjectNode node, RawFilesListed listing) {
        if (listing.audited() != null) {
            node.put("audited", listing.audited().toString());
        }
        node.put("from", listing.from().toString());
        stats(node.putArray("seen"), listing.seen());
        stats(node.putArray("gone"), listing.gone());
    }

    static RawFilesListed listing(JsonNode node) {
        return new RawFilesListed(
                optionalInstant(node, "audited"),
                instant(node, "from"),
                list(node, "seen", JsonParts::stat),
                list(node, "gone", JsonParts::stat));
    }

    static void stats(ArrayNode array, Collection<ObjectStat> objects) {
        for (ObjectStat object : objects) {
            ObjectNode node = array.addObject();
            node.put("key", object.key());
            node.put("etag", object.etag().value());
            node.put("lastModified", object.lastModified().toString());
            node.put("size", object.size());
        }
    }

    static ObjectStat stat(JsonNode node) {
        return ObjectStat.of(
                text(node, "key"), number(node, "size"), new ETag(text(node, "etag")), instant(node, "lastModified"));
    }

    static void schema(ObjectNode node, TableSchema schema) {
        node.put("schema", schema.table().schema());
        node.put("name", schema.table().name());
        ArrayNode columns = node.putArray("columns");
        for (Column column : schema.columns()) {
            columns.addObject()
                    .put("name", column.name())
                    .put("type", column.type().toString())
                    .put("nullable", column.nullable());
        }
        ArrayNode key = node.putArray("primaryKey");
        schema.primaryKey().forEach(key::add);
    }

    static TableSchema schema(JsonNode node) {
        return new TableSchema(
                TableId.of(text(node, "schema"), text(node, "name")),
                list(
                        node,
                        "columns",
                        column -> new Column(
                                text(column, "name"), DataType.parse(text(column, "type")), flag(column, "nullable"))),
                list(node, "primaryKey", name -> text(name, () -> "a name in 'primaryKey'")));
    }
}

package io.convergence.ledger;

import static io.convergence.ledger.JsonFields.field;
import static io.convergence.ledger.JsonFields.list;
import static io.convergence.ledger.JsonFields.number;
import static io.convergence.ledger.JsonFields.optionalInstant;
import static io.convergence.ledger.JsonFields.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.TableId;
import io.convergence.store.ETag;
import java.time.DateTimeException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The text of a checkpoint: equal states have equal texts. A raw source stands in it once, wherever it is named. */
final class CheckpointJson {
    /** 1 had nothing of listings: going on from it would lose sight of files that were listed and no more. */
    private static final int FORMAT = 2;

    private CheckpointJson() {}

    /**
     * A state and the object of its last slot.
     *
     * @param etag tells that the log still has that very slot
     */
    record Covered(LogState state, ETag etag) {}

    static String write(LogState state, ETag etag) {
        return new Writer().write(state, etag);
    }

    /** @throws IllegalArgumentException if the text is no checkpoint of the table */
    static Covered read(TableId table, String text) {
        try {
            return new Reader(JsonFields.parse(text)).read(table);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("it is no JSON (" + e.getOriginalMessage() + ")", e);
        } catch (DateTimeException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
        }
    }

    private static final class Writer {
        private final Map<RawSource, Integer> places = new LinkedHashMap<>();

        String write(LogState state, ETag etag) {
            ObjectNode root = JsonFields.object();
            root.put("format", FORMAT);
            root.put("schema", state.table.schema());
            root.put("name", state.table.name());
            root.put("slot", state.slot);
            root.put("etag", etag.value());
            root.put("chain", state.chain);
            compacted(root.putArray("compacted"), state.compacted.values());
            texts(root.putArray("dropped"), state.dropped);
            sources(root.putArray("applied"), state.applied.values());
            sources(root.putArray("appliedBefore"), state.appliedBefore.values());
            sources(root.putArray("retired"), state.retired.values());
            entries(root.putArray("suspicions"), state.suspicions);
            entries(root.putArray("declarations"), state.declarations);
            if (state.merge != null) {
                LedgerJson.entry(root.putObject("merge"), state.merge);
            }
            if (state.stopped != null) {
                entries(root.putArray("stopped"), List.of(state.stopped));
            }
            if (state.last != null) {
                last(root.putObject("last"), state.last);
            }
            if (state.audited != null) {
                root.put("audited", state.audited.toString());
            }
            if (state.listedFrom != null) {
                root.put("listedFrom", state.listedFrom.toString());
            }
            JsonParts.stats(root.putArray("seen"), state.seen.values());
            JsonParts.stats(root.putArray("gone"), state.gone.values());
            sources(root.putArray("explained"), state.explained.values());
            if (state.ddls != null) {
                ObjectNode ddls = root.putObject("ddls");
                ddls.put("slot", state.ddls.slot());
                ddls.put("value", state.ddls.value());
            }
            JsonParts.sources(root.putArray("sources"), List.copyOf(places.keySet()));
            return JsonFields.compact(root);
        }

        private void compacted(ArrayNode array, Collection<LedgerEntry.CompactedFile> files) {
            for (LedgerEntry.CompactedFile file : files) {
                ObjectNode node = array.addObject();
                JsonParts.file(node.putObject("file"), file.file());
                sources(node.putArray("sources"), file.sources());
            }
        }

        private void sources(ArrayNode array, Collection<RawSource> sources) {
            for (RawSource source : sources) {
                Integer place = places.putIfAbsent(source, places.size());
                array.add(place == null ? places.size() - 1 : place);
            }
        }

        private static void texts(ArrayNode array, Collection<String> texts) {
            texts.forEach(array::add);
        }

        private static <T extends LedgerEntry> void entries(ArrayNode array, List<LedgerSnapshot.At<T>> entries) {
            for (LedgerSnapshot.At<T> at : entries) {
                ObjectNode node = array.addObject();
                node.put("slot", at.slot());
                LedgerJson.entry(node.putObject("entry"), at.entry());
            }
        }

        private void last(ObjectNode node, LastChange last) {
            node.put("slot", last.slot());
            node.put("transaction", last.transaction());
            if (last instanceof LastChange.OfCompaction compaction) {
                node.put("kind", "compaction");
                texts(node.putArray("outputs"), compaction.outputs());
                compacted(node.putArray("replaced"), compaction.replaced());
            } else if (last instanceof LastChange.OfMerge merge) {
                node.put("kind", "merge");
                if (merge.previous() != null) {
                    LedgerJson.entry(node.putObject("previous"), merge.previous());
                }
                sources(node.putArray("added"), merge.added());
                if (merge.load() != null) {
                    ObjectNode load = node.putObject("load");
                    sources(load.putArray("applied"), merge.load().applied());
                    sources(load.putArray("moved"), merge.load().moved());
                }
                entries(node.putArray("ended"), merge.ended());
            }
        }
    }

    private static final class Reader {
        private final JsonNode root;
        private final List<RawSource> sources;

        Reader(JsonNode root) {
            this.root = root;
            long format = number(root, "format");
            if (format != FORMAT) {
                throw new IllegalArgumentException(
                        "it has format " + format + " and this version reads format " + FORMAT);
            }

            this.sources = list(root, "sources", JsonParts::source);
        }

        Covered read(TableId table) {
            TableId found = TableId.of(text(root, "schema"), text(root, "name"));
            if (!found.equals(table)) {
                throw new IllegalArgumentException("it is of table " + found);
            }

            var state = new LogState(table);
            state.slot = number(root, "slot");
            state.chain = text(root, "chain");
            for (LedgerEntry.CompactedFile file : list(root, "compacted", this::compacted)) {
                state.compacted.put(file.file().key(), file);
                state.compactedSources.putAll(LogState.byIdentity(file.sources()));
            }
            state.dropped.addAll(texts(root, "dropped"));
            state.applied = LogState.byIdentity(sources(root, "applied"));
            state.appliedBefore.putAll(LogState.byIdentity(sources(root, "appliedBefore")));
            state.retired.putAll(LogState.byIdentity(sources(root, "retired")));
            state.suspicions.addAll(entries(root, "suspicions", LedgerEntry.Suspect.class));
            state.declarations.addAll(entries(root, "declarations", LedgerEntry.Declared.class));
            state.merge = merge(root, "merge");
            state.stopped = root.hasNonNull("stopped")
                    ? entries(root, "stopped", LedgerEntry.Stopped.class).get(0)
                    : null;
            state.last = root.hasNonNull("last") ? last(field(root, "last")) : null;
            state.audited = optionalInstant(root, "audited");
            state.listedFrom = optionalInstant(root, "listedFrom");
            list(root, "seen", JsonParts::stat).forEach(object -> state.seen.put(Identity.of(object), object));
            list(root, "gone", JsonParts::stat).forEach(object -> state.gone.put(Identity.of(object), object));
            state.explained.putAll(LogState.byIdentity(sources(root, "explained")));
            if (root.hasNonNull("ddls")) {
                JsonNode ddls = field(root, "ddls");
                state.ddls = new LogState.ExplainedDdls(number(ddls, "slot"), number(ddls, "value"));
            }
            return new Covered(state, new ETag(text(root, "etag")));
        }

        private LedgerEntry.CompactedFile compacted(JsonNode node) {
            return new LedgerEntry.CompactedFile(JsonParts.file(field(node, "file")), sources(node, "sources"));
        }

        private List<RawSource> sources(JsonNode parent, String name) {
            return list(
                    parent,
                    name,
                    place -> sources.get(Math.toIntExact(JsonFields.number(place, () -> "a place in '" + name + "'"))));
        }

        private static List<String> texts(JsonNode parent, String name) {
            return list(parent, name, node -> JsonFields.text(node, () -> "a text in '" + name + "'"));
        }

        private static <T extends LedgerEntry> List<LedgerSnapshot.At<T>> entries(
                JsonNode parent, String name, Class<T> kind) {
            return list(
                    parent,
                    name,
                    node -> new LedgerSnapshot.At<>(number(node, "slot"), entry(field(node, "entry"), kind)));
        }

        private static <T extends LedgerEntry> T entry(JsonNode node, Class<T> kind) {
            LedgerEntry entry = LedgerJson.entry(node);
            if (!kind.isInstance(entry)) {
                throw new IllegalArgumentException("entry " + entry.transaction() + " is of another kind");
            }

            return kind.cast(entry);
        }

        private static LedgerEntry.@Nullable Merge merge(JsonNode parent, String name) {
            return parent.hasNonNull(name) ? entry(field(parent, name), LedgerEntry.Merge.class) : null;
        }

        private LastChange last(JsonNode node) {
            long slot = number(node, "slot");
            String transaction = text(node, "transaction");
            String kind = text(node, "kind");
            return switch (kind) {
                case "compaction" ->
                    new LastChange.OfCompaction(
                            slot, transaction, texts(node, "outputs"), list(node, "replaced", this::compacted));
                case "merge" ->
                    new LastChange.OfMerge(
                            slot,
                            transaction,
                            merge(node, "previous"),
                            sources(node, "added"),
                            node.hasNonNull("load") ? load(field(node, "load")) : null,
                            entries(node, "ended", LedgerEntry.Suspect.class));
                default -> throw new IllegalArgumentException("its last change is of kind '" + kind + "'");
            };
        }

        private LastChange.LoadBefore load(JsonNode node) {
            return new LastChange.LoadBefore(sources(node, "applied"), sources(node, "moved"));
        }
    }
}

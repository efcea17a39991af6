package io.convergence.ledger;

import static io.convergence.ledger.JsonFields.field;
import static io.convergence.ledger.JsonFields.instant;
import static io.convergence.ledger.JsonFields.list;
import static io.convergence.ledger.JsonFields.number;
import static io.convergence.ledger.JsonFields.optionalInstant;
import static io.convergence.ledger.JsonFields.optionalList;
import static io.convergence.ledger.JsonFields.optionalText;
import static io.convergence.ledger.JsonFields.optionalTexts;
import static io.convergence.ledger.JsonFields.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The text of a slot. Fields a newer version adds are passed over; a newer format version is refused, because it may mean something else. */
final class LedgerJson {
    private static final int FORMAT = 1;

    /** Largest slot that is written or read: about a million files in one commit. */
    static final int MAX_BYTES = 512 << 20;

    private LedgerJson() {}

    /**
     * What a slot says.
     *
     * @param checkpoint the digest its writer found for the checkpoint of the slot before; null if none is due there
     * @param chain over the texts of all slots before it, as its writer read them; null if it was written before slots
     *     named it
     * @param listing what its writer had found of raw files and the log did not know; null for nothing
     */
    record Slot(
            LedgerEntry entry,
            @Nullable String checkpoint,
            @Nullable String chain,
            @Nullable RawFilesListed listing) {}

    /**
     * Equal entries have equal texts.
     *
     * @throws IllegalArgumentException if the text would be too large to be read again
     */
    static String write(LedgerEntry entry) {
        return write(new Slot(entry, null, null, null));
    }

    static String write(Slot slot) {
        LedgerEntry entry = slot.entry();
        ObjectNode root = JsonFields.object();
        root.put("format", FORMAT);
        if (slot.checkpoint() != null) {
            root.put("checkpoint", slot.checkpoint());
        }
        if (slot.chain() != null) {
            root.put("chain", slot.chain());
        }
        if (slot.listing() != null) {
            JsonParts.listing(root.putObject("listing"), slot.listing());
        }
        entry(root, entry);
        String text = JsonFields.inLines(root);
        // Three bytes hold any UTF-16 unit.
        if (text.length() > MAX_BYTES / 3 && text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new IllegalArgumentException("Cannot commit " + entry.transaction() + " after slot " + entry.base()
                    + ": the slot would have more than " + MAX_BYTES + " bytes. Commit fewer files at once.");
        }

        return text;
    }

    static void entry(ObjectNode node, LedgerEntry entry) {
        node.put("transaction", entry.transaction());
        node.put("base", entry.base());
        if (entry instanceof LedgerEntry.Compaction compaction) {
            node.put("kind", "compaction");
            ArrayNode outputs = node.putArray("outputs");
            for (LedgerEntry.CompactedFile output : compaction.outputs()) {
                ObjectNode file = outputs.addObject();
                JsonParts.file(file.putObject("file"), output.file());
                JsonParts.sources(file.putArray("sources"), output.sources());
            }
            if (!compaction.replaced().isEmpty()) {
                JsonParts.files(node.putArray("replaced"), compaction.replaced());
            }
        } else if (entry instanceof LedgerEntry.Merge merge) {
            node.put("kind", "merge");
            node.put("generation", merge.generation().toString());
            merge.complete().ifPresent(instant -> node.put("completeThrough", instant.toString()));
            JsonParts.schema(node.putObject("schema"), merge.schema());
            JsonParts.sources(node.putArray("applied"), merge.applied());
            JsonParts.files(node.putArray("data"), merge.data());
            JsonParts.files(node.putArray("state"), merge.state());
            if (!merge.notes().isEmpty()) {
                ObjectNode notes = node.putObject("notes");
                merge.notes().forEach(notes::put);
            }
        } else if (entry instanceof LedgerEntry.Fence fence) {
            node.put("kind", "fence");
            if (fence.horizon() != LedgerSnapshot.NONE) {
                node.put("horizon", fence.horizon());
            }
        } else if (entry instanceof LedgerEntry.Suspect suspect) {
            node.put("kind", "suspect");
            node.put("reason", suspect.reason());
            suspect.loadGeneration().ifPresent(instant -> node.put("generation", instant.toString()));
            JsonParts.sources(node.putArray("places"), suspect.places());
            suspect.ddlsSeen().ifPresent(ddls -> node.put("ddls", ddls));
        } else if (entry instanceof LedgerEntry.Stopped stopped) {
            node.put("kind", "stopped");
            node.put("state", stopped.state());
            node.put("code", stopped.code());
            node.put("count", stopped.count());
            node.put("generation", stopped.generation().toString());
            ArrayNode places = node.putArray("places");
            stopped.places().forEach(places::add);
            JsonParts.sources(node.putArray("named"), stopped.named());
            node.put("files", stopped.files());
            node.put("digest", stopped.digest());
        } else if (entry instanceof LedgerEntry.Declared declared) {
            node.put("kind", "declared");
            node.put("what", declared.what().label());
            node.put("text", declared.text());
            ArrayNode resolves = node.putArray("resolves");
            declared.resolves().forEach(resolves::add);
        } else if (entry instanceof LedgerEntry.Undo undo) {
            node.put("kind", "undo");
            node.put("undone", undo.undone());
        } else if (entry instanceof LedgerEntry.Retirement retirement) {
            node.put("kind", "retirement");
            JsonParts.sources(node.putArray("sources"), retirement.sources());
        }
    }

    /** @throws LedgerException naming the slot's key if the text is no entry of this format */
    static LedgerEntry read(String key, String text) {
        return readSlot(key, text).entry();
    }

    /** @throws LedgerException naming the slot's key if the text is no entry of this format */
    static Slot readSlot(String key, String text) {
        try {
            JsonNode root = JsonFields.parse(text);
            long format = number(root, "format");
            if (format != FORMAT) {
                throw broken(key, "it has format " + format + " and this version reads format " + FORMAT, null);
            }

            String kind = text(root, "kind");
            LedgerEntry entry =
                    entry(root, kind).orElseThrow(() -> broken(key, "its kind '" + kind + "' is not known", null));
            RawFilesListed listing = root.hasNonNull("listing") ? JsonParts.listing(field(root, "listing")) : null;
            return new Slot(entry, optionalText(root, "checkpoint"), optionalText(root, "chain"), listing);
        } catch (JsonProcessingException e) {
            throw broken(key, "it is no JSON (" + e.getOriginalMessage() + ")", e);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw broken(key, String.valueOf(e.getMessage()), e);
        }
    }

    static LedgerEntry entry(JsonNode node) {
        String kind = text(node, "kind");
        return entry(node, kind)
                .orElseThrow(() -> new IllegalArgumentException("its kind '" + kind + "' is not known"));
    }

    private static Optional<LedgerEntry> entry(JsonNode root, String kind) {
        String transaction = text(root, "transaction");
        long base = number(root, "base");
        return switch (kind) {
            case "compaction" ->
                Optional.of(new LedgerEntry.Compaction(
                        transaction,
                        base,
                        list(root, "outputs", JsonParts::compacted),
                        optionalList(root, "replaced", JsonParts::file)));
            case "merge" ->
                Optional.of(new LedgerEntry.Merge(
                        transaction,
                        base,
                        JsonParts.schema(field(root, "schema")),
                        instant(root, "generation"),
                        list(root, "applied", JsonParts::source),
                        list(root, "data", JsonParts::file),
                        list(root, "state", JsonParts::file),
                        optionalInstant(root, "completeThrough"),
                        optionalTexts(root, "notes")));
            case "fence" ->
                Optional.of(new LedgerEntry.Fence(
                        transaction, base, root.hasNonNull("horizon") ? number(root, "horizon") : LedgerSnapshot.NONE));
            case "suspect" ->
                Optional.of(new LedgerEntry.Suspect(
                        transaction,
                        base,
                        text(root, "reason"),
                        optionalInstant(root, "generation"),
                        list(root, "places", JsonParts::source),
                        root.hasNonNull("ddls") ? (Long) number(root, "ddls") : null));
            case "stopped" ->
                Optional.of(new LedgerEntry.Stopped(
                        transaction,
                        base,
                        text(root, "state"),
                        text(root, "code"),
                        number(root, "count"),
                        instant(root, "generation"),
                        list(root, "places", place -> text(place, () -> "a text in 'places'")),
                        list(root, "named", JsonParts::source),
                        number(root, "files"),
                        text(root, "digest")));
            case "declared" ->
                Optional.of(new LedgerEntry.Declared(
                        transaction,
                        base,
                        LedgerEntry.Declared.Kind.parse(text(root, "what")),
                        text(root, "text"),
                        list(root, "resolves", slot -> number(slot, () -> "a slot in 'resolves'"))));
            case "undo" -> Optional.of(new LedgerEntry.Undo(transaction, base, number(root, "undone")));
            case "retirement" ->
                Optional.of(new LedgerEntry.Retirement(transaction, base, list(root, "sources", JsonParts::source)));
            default -> Optional.empty();
        };
    }

    static LedgerException broken(String key, String why, @Nullable Exception cause) {
        return new LedgerException(
                "Cannot read ledger slot '" + key + "': " + why
                        + ". Use the version of Convergence that wrote it, or restore the object.",
                cause);
    }
}

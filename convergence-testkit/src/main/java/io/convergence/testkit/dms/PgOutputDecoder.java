package io.convergence.testkit.dms;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decodes pgoutput messages of protocol version 1 in text form. Not thread-safe. */
final class PgOutputDecoder {
    private static final Instant POSTGRES_EPOCH = Instant.parse("2000-01-01T00:00:00Z");
    private static final int MAX_COLUMNS = 1664;

    private final CharsetDecoder utf8 = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);

    /** @throws StandInException if the bytes are no message of this protocol */
    PgMessage decode(ByteBuffer message) {
        int start = message.position();
        if (!message.hasRemaining()) {
            throw new StandInException("Cannot decode a pgoutput message: it is empty.");
        }

        char type = (char) (message.get() & 0xFF);
        PgMessage decoded;
        try {
            decoded = decode(type, message);
        } catch (BufferUnderflowException e) {
            throw new StandInException(
                    "Cannot decode pgoutput message '" + type + "' of " + (message.limit() - start)
                            + " bytes: it ends too early.",
                    e);
        } catch (CharacterCodingException e) {
            throw new StandInException(
                    "Cannot decode pgoutput message '" + type + "': a text in it is not UTF-8. Use a database in UTF8.",
                    e);
        }
        if (message.hasRemaining()) {
            throw new StandInException(
                    "Cannot decode pgoutput message '" + type + "': " + message.remaining() + " bytes follow its end.");
        }
        return decoded;
    }

    private PgMessage decode(char type, ByteBuffer in) throws CharacterCodingException {
        return switch (type) {
            case 'B' -> new PgMessage.Begin(in.getLong(), instant(in.getLong()), in.getInt());
            case 'C' -> commit(in);
            case 'O' -> new PgMessage.Origin(in.getLong(), text(in));
            case 'R' -> relation(in);
            case 'Y' -> new PgMessage.TypeName(in.getInt(), namespace(in), text(in));
            case 'I' -> insert(in);
            case 'U' -> update(in);
            case 'D' -> delete(in);
            case 'T' -> truncate(in);
            case 'M' -> emitted(in);
            default ->
                throw new StandInException("Cannot decode pgoutput message '" + type
                        + "': protocol version 1 has no such message. Start the stream with proto_version 1.");
        };
    }

    private static PgMessage commit(ByteBuffer in) {
        int flags = in.get();
        if (flags != 0) {
            throw new StandInException("Cannot decode pgoutput message 'C': its flags are " + flags + ", not 0.");
        }
        return new PgMessage.Commit(in.getLong(), in.getLong(), instant(in.getLong()));
    }

    private PgMessage relation(ByteBuffer in) throws CharacterCodingException {
        int id = in.getInt();
        String schema = namespace(in);
        String name = text(in);
        char identity = (char) (in.get() & 0xFF);
        int count = count(in, "columns");
        List<PgMessage.RelationColumn> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            boolean key = (in.get() & 1) != 0;
            String column = text(in);
            columns.add(new PgMessage.RelationColumn(column, in.getInt(), in.getInt(), key));
        }
        return new PgMessage.Relation(id, schema, name, identity, columns);
    }

    private PgMessage insert(ByteBuffer in) throws CharacterCodingException {
        int relation = in.getInt();
        expect(in.get(), 'N');
        return new PgMessage.Insert(relation, tuple(in));
    }

    private PgMessage update(ByteBuffer in) throws CharacterCodingException {
        int relation = in.getInt();
        byte marker = in.get();
        PgMessage.OldTuple before = null;
        if (marker == 'K' || marker == 'O') {
            before = new PgMessage.OldTuple(image(marker), tuple(in));
            marker = in.get();
        }
        expect(marker, 'N');
        return new PgMessage.Update(relation, before, tuple(in));
    }

    private PgMessage delete(ByteBuffer in) throws CharacterCodingException {
        int relation = in.getInt();
        byte marker = in.get();
        if (marker != 'K' && marker != 'O') {
            throw unexpected(marker, "'K' or 'O'");
        }
        return new PgMessage.Delete(relation, new PgMessage.OldTuple(image(marker), tuple(in)));
    }

    private static PgMessage.OldImage image(byte marker) {
        return marker == 'K' ? PgMessage.OldImage.KEY : PgMessage.OldImage.FULL;
    }

    private static PgMessage truncate(ByteBuffer in) {
        int count = in.getInt();
        in.get(); // CASCADE and RESTART IDENTITY: they change nothing for a replica
        if (count < 0 || count > in.remaining() / Integer.BYTES) {
            throw new StandInException("Cannot decode pgoutput message 'T': it announces " + count + " tables in "
                    + in.remaining() + " bytes.");
        }
        List<Integer> relations = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            relations.add(in.getInt());
        }
        return new PgMessage.Truncate(relations);
    }

    private PgMessage emitted(ByteBuffer in) throws CharacterCodingException {
        in.get(); // 1 if part of a transaction
        long lsn = in.getLong();
        String prefix = text(in);
        return new PgMessage.Emitted(lsn, prefix, text(in, in.getInt()));
    }

    private Tuple tuple(ByteBuffer in) throws CharacterCodingException {
        int count = count(in, "cells");
        @Nullable String[] values = new @Nullable String[count];
        boolean[] unchanged = new boolean[count];
        for (int i = 0; i < count; i++) {
            byte kind = in.get();
            switch (kind) {
                case 'n' -> values[i] = null;
                case 'u' -> unchanged[i] = true;
                case 't' -> values[i] = text(in, in.getInt());
                default -> throw unexpected(kind, "'n', 'u' or 't'");
            }
        }
        return new Tuple(values, unchanged);
    }

    private static int count(ByteBuffer in, String what) {
        int count = in.getShort();
        if (count < 0 || count > MAX_COLUMNS) {
            throw new StandInException("Cannot decode a pgoutput message: it announces " + count + " " + what
                    + "; PostgreSQL has at most " + MAX_COLUMNS + ".");
        }
        return count;
    }

    private static void expect(byte found, char expected) {
        if (found != expected) {
            throw unexpected(found, "'" + expected + "'");
        }
    }

    private static StandInException unexpected(byte found, String expected) {
        return new StandInException("Cannot decode a pgoutput message: found byte " + (found & 0xFF) + " where "
                + expected + " must stand.");
    }

    /** Sent empty for pg_catalog. */
    private String namespace(ByteBuffer in) throws CharacterCodingException {
        String schema = text(in);
        return schema.isEmpty() ? "pg_catalog" : schema;
    }

    private String text(ByteBuffer in) throws CharacterCodingException {
        int end = in.position();
        while (end < in.limit() && in.get(end) != 0) {
            end++;
        }
        if (end == in.limit()) {
            throw new BufferUnderflowException();
        }
        String text = text(in, end - in.position());
        in.get();
        return text;
    }

    private String text(ByteBuffer in, int length) throws CharacterCodingException {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        String text = utf8.decode(in.slice(in.position(), length)).toString();
        in.position(in.position() + length);
        return text;
    }

    private static Instant instant(long microseconds) {
        return POSTGRES_EPOCH.plus(microseconds, ChronoUnit.MICROS);
    }
}

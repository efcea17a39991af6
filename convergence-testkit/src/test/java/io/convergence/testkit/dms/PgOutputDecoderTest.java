package io.convergence.testkit.dms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PgOutputDecoderTest {
    private final PgOutputDecoder decoder = new PgOutputDecoder();

    /** Writes messages as the PostgreSQL manual describes them. */
    private static final class Message {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final DataOutputStream out = new DataOutputStream(bytes);

        static Message of(char type) {
            return new Message().int8(type);
        }

        private interface Writing {
            void to(DataOutputStream out) throws IOException;
        }

        private Message with(Writing writing) {
            try {
                writing.to(out);
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        Message int8(int value) {
            return with(o -> o.writeByte(value));
        }

        Message int16(int value) {
            return with(o -> o.writeShort(value));
        }

        Message int32(int value) {
            return with(o -> o.writeInt(value));
        }

        Message int64(long value) {
            return with(o -> o.writeLong(value));
        }

        Message text(String value) {
            return with(o -> {
                o.write(value.getBytes(UTF_8));
                o.writeByte(0);
            });
        }

        Message cell(String value) {
            byte[] content = value.getBytes(UTF_8);
            return int8('t').int32(content.length).with(o -> o.write(content));
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }
    }

    private PgMessage decode(Message message) {
        return decoder.decode(ByteBuffer.wrap(message.bytes()));
    }

    private static Message begin() {
        return Message.of('B').int64(0x16B3748L).int64(1_000_001L).int32(735);
    }

    private static Message relation() {
        return Message.of('R')
                .int32(16385)
                .text("public")
                .text("orders")
                .int8('d')
                .int16(2)
                .int8(1)
                .text("id")
                .int32(20)
                .int32(-1)
                .int8(0)
                .text("näme")
                .int32(1043)
                .int32(24);
    }

    private static Message insert() {
        return Message.of('I')
                .int32(16385)
                .int8('N')
                .int16(3)
                .cell("1")
                .int8('n')
                .cell("ä\u0000b".replace("\u0000", "🙂"));
    }

    private static Message updateWithKey() {
        return Message.of('U')
                .int32(16385)
                .int8('K')
                .int16(2)
                .cell("1")
                .int8('n')
                .int8('N')
                .int16(2)
                .cell("2")
                .int8('u');
    }

    private static Message updateWithFullRow() {
        return Message.of('U')
                .int32(16385)
                .int8('O')
                .int16(2)
                .cell("1")
                .cell("old")
                .int8('N')
                .int16(2)
                .cell("1")
                .cell("new");
    }

    private static Message update() {
        return Message.of('U').int32(16385).int8('N').int16(1).cell("");
    }

    private static Message delete() {
        return Message.of('D').int32(16385).int8('K').int16(2).cell("1").int8('n');
    }

    private static Message truncate() {
        return Message.of('T').int32(2).int8(1).int32(16385).int32(16390);
    }

    private static Message commit() {
        return Message.of('C').int8(0).int64(10).int64(20).int64(-1);
    }

    private static Message emitted() {
        return Message.of('M').int8(1).int64(77).text("prefix").int32(3).with(o -> o.write("abc".getBytes(UTF_8)));
    }

    static Stream<byte[]> everyMessage() {
        return Stream.of(
                        begin(),
                        relation(),
                        insert(),
                        updateWithKey(),
                        updateWithFullRow(),
                        update(),
                        delete(),
                        truncate(),
                        commit(),
                        emitted(),
                        Message.of('O').int64(5).text("origin"),
                        Message.of('Y').int32(16400).text("public").text("mood"))
                .map(Message::bytes);
    }

    @Test
    void beginAndCommitCarryPlaceAndTimeInMicroseconds() {
        assertThat(decode(begin()))
                .isEqualTo(new PgMessage.Begin(0x16B3748L, Instant.parse("2000-01-01T00:00:01.000001Z"), 735));
        assertThat(decode(commit()))
                .isEqualTo(new PgMessage.Commit(10, 20, Instant.parse("1999-12-31T23:59:59.999999Z")));
    }

    @Test
    void relationsDescribeTheirColumns() {
        assertThat(decode(relation()))
                .isEqualTo(new PgMessage.Relation(
                        16385,
                        "public",
                        "orders",
                        'd',
                        List.of(
                                new PgMessage.RelationColumn("id", 20, -1, true),
                                new PgMessage.RelationColumn("näme", 1043, 24, false))));
    }

    @Test
    void anEmptyNamespaceIsTheCatalogs() {
        PgMessage message = decode(Message.of('Y').int32(23).text("").text("int4"));

        assertThat(message).isEqualTo(new PgMessage.TypeName(23, "pg_catalog", "int4"));
    }

    @Test
    void insertsHoldTextAndNull() {
        PgMessage.Insert insert = (PgMessage.Insert) decode(insert());

        assertThat(insert.row()).isEqualTo(Tuple.of("1", null, "ä🙂b"));
    }

    @Test
    void updatesHoldTheOldKeyTheOldRowOrNothingOfTheOld() {
        PgMessage.Update key = (PgMessage.Update) decode(updateWithKey());
        PgMessage.Update full = (PgMessage.Update) decode(updateWithFullRow());
        PgMessage.Update none = (PgMessage.Update) decode(update());

        assertThat(key.before()).isEqualTo(new PgMessage.OldTuple(PgMessage.OldImage.KEY, Tuple.of("1", null)));
        assertThat(key.row().unchanged(1)).isTrue();
        assertThat(key.row().value(1)).isNull();
        assertThat(full.before()).isEqualTo(new PgMessage.OldTuple(PgMessage.OldImage.FULL, Tuple.of("1", "old")));
        assertThat(none.before()).isNull();
        assertThat(none.row().value(0)).isEmpty();
    }

    @Test
    void deletesTruncatesOriginsAndEmittedMessagesAreRead() {
        assertThat(decode(delete()))
                .isEqualTo(new PgMessage.Delete(
                        16385, new PgMessage.OldTuple(PgMessage.OldImage.KEY, Tuple.of("1", null))));
        assertThat(decode(truncate())).isEqualTo(new PgMessage.Truncate(List.of(16385, 16390)));
        assertThat(decode(Message.of('O').int64(5).text("other"))).isEqualTo(new PgMessage.Origin(5, "other"));
        assertThat(decode(emitted())).isEqualTo(new PgMessage.Emitted(77, "prefix", "abc"));
    }

    @ParameterizedTest
    @MethodSource("everyMessage")
    void everyTruncationOfEveryMessageIsRefused(byte[] message) {
        for (int length = 0; length < message.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(message, length));

            assertThatThrownBy(() -> decoder.decode(cut))
                    .as("cut to %d", cut.limit())
                    .isInstanceOf(StandInException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("everyMessage")
    void bytesBehindAMessageAreRefused(byte[] message) {
        ByteBuffer longer = ByteBuffer.wrap(Arrays.copyOf(message, message.length + 1));

        assertThatThrownBy(() -> decoder.decode(longer)).isInstanceOf(StandInException.class);
    }

    @ParameterizedTest
    @MethodSource("everyMessage")
    void damagedMessagesNeverEscapeAsAnotherException(byte[] message) {
        SplittableRandom random = new SplittableRandom(17);
        for (int i = 0; i < 2000; i++) {
            byte[] damaged = message.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);

            try {
                assertThat(decoder.decode(ByteBuffer.wrap(damaged))).isNotNull();
            } catch (StandInException e) {
                assertThat(e).hasMessageStartingWith("Cannot decode");
            }
        }
    }

    @Test
    void unknownMessagesAndImpossibleCountsAreNamed() {
        assertThatThrownBy(() -> decode(Message.of('S').int32(1)))
                .hasMessage("Cannot decode pgoutput message 'S': protocol version 1 has no such message. "
                        + "Start the stream with proto_version 1.");
        assertThatThrownBy(() -> decode(Message.of('I').int32(1).int8('N').int16(-1)))
                .hasMessage("Cannot decode a pgoutput message: it announces -1 cells; PostgreSQL has at most 1664.");
        assertThatThrownBy(() -> decode(Message.of('T').int32(1_000_000).int8(0).int32(1)))
                .hasMessage("Cannot decode pgoutput message 'T': it announces 1000000 tables in 4 bytes.");
        assertThatThrownBy(() -> decode(Message.of('I')
                        .int32(1)
                        .int8('N')
                        .int16(1)
                        .int8('t')
                        .int32(1)
                        .int8(0xFF)))
                .hasMessage("Cannot decode pgoutput message 'I': a text in it is not UTF-8. Use a database in UTF8.");
        assertThatThrownBy(() -> decode(Message.of('D').int32(1).int8('N')))
                .hasMessage("Cannot decode a pgoutput message: found byte 78 where 'K' or 'O' must stand.");
    }
}

package io.convergence.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A text that the user names.
 *
 * @param name as messages call it
 */
record Document(String name, String text) {
    static final String STDIN = "-";

    /** @param file a path, or {@link #STDIN} */
    static Document read(String file, InputStream in) {
        if (file.equals(STDIN)) {
            try {
                return new Document("stdin", decoded("stdin", in.readAllBytes()));
            } catch (IOException e) {
                throw new UsageException("Cannot read stdin: " + e.getMessage() + ".", e);
            }
        }

        return read(path(file));
    }

    static Document read(Path file) {
        if (Files.isDirectory(file)) {
            throw new UsageException("Cannot read '" + file + "': it is a folder. Name a file in it.");
        }

        try {
            return new Document(file.toString(), decoded("'" + file + "'", Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            throw new UsageException("Cannot read '" + file + "': there is no such file. Check the path.", e);
        } catch (AccessDeniedException e) {
            throw new UsageException("Cannot read '" + file + "': access is denied. Check its permissions.", e);
        } catch (IOException e) {
            throw new UsageException("Cannot read '" + file + "': " + e.getMessage() + ". Check the path.", e);
        }
    }

    /** This document, if it is JSON. @throws UsageException if not: with its name, which whoever reads on does not know */
    Document requireJson() {
        JsonSyntax.error(text).ifPresent(error -> {
            throw new UsageException(
                    "Cannot read '" + name + "' at " + error.where() + ": " + error.message() + " Correct it there.");
        });
        return this;
    }

    static Path path(String file) {
        try {
            return Path.of(file);
        } catch (InvalidPathException e) {
            throw new UsageException("Cannot understand '" + file + "' as a path: " + e.getReason() + ".", e);
        }
    }

    /** Without the byte order mark that some editors put first. */
    private static String decoded(String name, byte[] bytes) {
        try {
            String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new UsageException("Cannot read " + name + ": it is no UTF-8 text. Save it as UTF-8.", e);
        }
    }

    /** Whether it is to be read as JSON, broken or not. */
    boolean looksLikeJson() {
        String start = text.stripLeading();
        return start.isEmpty() || "{[\"".indexOf(start.charAt(0)) >= 0;
    }
}

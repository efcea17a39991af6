/**
 * The bridge to Avro beside the stages: rows and changes as {@code GenericRecord}s, and back. The only package whose
 * signatures name a type of another library; a job that relocates Avro leaves it out. Start with {@link
 * io.convergence.avro.AvroRows}.
 */
@NullMarked
package io.convergence.avro;

import org.jspecify.annotations.NullMarked;

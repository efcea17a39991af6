package io.convergence.examples.quickstart;

import io.convergence.aws.s3.S3ObjectStore;
import io.convergence.compact.CompactionOptions;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.TableResult;
import io.convergence.source.SourceSchema;
import io.convergence.store.ObjectStore;
import io.convergence.target.ReplicationSpec;
import javax.sql.DataSource;
import software.amazon.awssdk.services.s3.S3Client;

/** The program of the README; {@code DocumentedCodeTest} holds both to the same text. */
final class ReadmeProgram {
    private ReadmeProgram() {}

    static void run(DataSource database, S3Client s3) {
        // docs: program
        ReplicationSpec spec = ReplicationSpec.lakeReady("my-bucket", "raw") // what DMS writes
                .sourceSchema(SourceSchema.fromJdbc(database))
                .tableMappings(mappings -> mappings.include("sales", "%"))
                .build();
        var store = S3ObjectStore.builder("my-bucket", s3).build();
        var lake = Convergence.builder().spec(spec).store(store).build(); // the same object tells what to read
        var orders = lake.table("sales.orders");

        System.out.println(orders.planCompaction(CompactionOptions.defaults())); // a plan is the dry run
        orders.compact(CompactionOptions.defaults(), ProgressListener.none());

        var result = orders.merge(MergeOptions.defaults(), ProgressListener.none());
        System.out.println(result.state() + ", complete through " + result.completeThrough());
        result.findings().forEach(System.out::println);
        // docs: end
    }

    /** The program in the Javadoc of {@link Convergence}. */
    static TableResult merge(ReplicationSpec spec, ObjectStore store) {
        // docs: plan
        var lake = Convergence.builder().spec(spec).store(store).build();
        var plan = lake.table("sales.orders").planMerge(MergeOptions.defaults()); // printed, a plan is the dry run
        var result = plan.execute();
        // docs: end
        return result;
    }
}

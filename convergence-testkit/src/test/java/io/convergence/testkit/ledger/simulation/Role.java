package io.convergence.testkit.ledger.simulation;

import io.convergence.testkit.store.Operation;
import java.util.ArrayList;
import java.util.List;

/** What a process is there for. */
enum Role {
    DMS,
    COMPACTOR,
    MERGER,
    CLEANER,
    RETIRER,
    UNDOER,
    PROJECTOR,
    READER,
    JUDGE;

    /**
     * The crash points a request of such a process is at.
     *
     * @param deletes of this process so far, this one included
     * @param overtaken whether the slot it works towards is taken by another
     */
    List<CrashPoint> points(Operation operation, String key, int deletes, boolean overtaken) {
        if (this == DMS || this == READER || this == JUDGE) {
            return List.of();
        }

        List<CrashPoint> points = new ArrayList<>(2);
        boolean output = key.startsWith(World.OUTPUTS);
        switch (operation) {
            case GET, READ -> {
                if (key.startsWith(World.RAW)) {
                    points.add(CrashPoint.P2_MID_SOURCE_READ);
                }
            }
            case START_MULTIPART -> points.add(CrashPoint.P3_CREATE_MULTIPART);
            case UPLOAD_PART -> points.add(CrashPoint.P4_UPLOAD_PART);
            case COMPLETE_MULTIPART -> points.add(CrashPoint.P5_COMPLETE_MULTIPART);
            case PUT -> {
                if (key.startsWith(World.LOG)) {
                    points.add(
                            this == CLEANER
                                    ? CrashPoint.P18_FENCE
                                    : this == RETIRER
                                            ? CrashPoint.P17_RETIRED_UNRECORDED
                                            : CrashPoint.P9_COMMIT_IN_FLIGHT);
                } else if (key.startsWith(World.PROJECTIONS)) {
                    points.add(CrashPoint.P12_PROJECTION_IN_FLIGHT);
                } else if (output) {
                    points.add(CrashPoint.P5_COMPLETE_MULTIPART);
                }
            }
            case DELETE, DELETE_IF_MATCH -> {
                if (this == CLEANER) {
                    points.add(CrashPoint.P19_MID_CLEAN_UP);
                } else if (this == RETIRER) {
                    points.add(deletes > 1 ? CrashPoint.P15_AFTER_SOME_DELETES : CrashPoint.P14_BEFORE_RETIRE);
                    points.add(CrashPoint.P16_DELETE_FAILS);
                }
            }
            case ABORT_MULTIPART -> points.add(CrashPoint.P20_ABORT_MULTIPART);
            case TAG -> points.add(CrashPoint.P15_AFTER_SOME_DELETES);
            case LIST, HEAD, LIST_UPLOADS, READ_TAGS -> {}
        }
        if (overtaken) {
            points.add(CrashPoint.P21_OVERTAKEN);
        }
        return points;
    }
}

package io.convergence.target;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

record ServerlessComputeValues(
        int maxCapacityUnits,
        Optional<Integer> minCapacityUnits,
        boolean multiAz,
        Optional<String> availabilityZone,
        Optional<String> replicationSubnetGroupId,
        List<String> vpcSecurityGroupIds,
        Optional<String> kmsKeyId,
        List<String> dnsNameServers,
        Optional<String> preferredMaintenanceWindow)
        implements ServerlessCompute {
    ServerlessComputeValues {
        vpcSecurityGroupIds = List.copyOf(vpcSecurityGroupIds);
        dnsNameServers = List.copyOf(dnsNameServers);
    }

    /** {@code ComputeConfig} of the API and of CloudFormation. */
    static ObjectNode toNode(ServerlessCompute compute) {
        ObjectNode node = ConfigurationJson.newObject();
        node.put("MaxCapacityUnits", compute.maxCapacityUnits());
        compute.minCapacityUnits().ifPresent(units -> node.put("MinCapacityUnits", units));
        if (compute.multiAz()) {
            node.put("MultiAZ", true);
        }
        compute.availabilityZone().ifPresent(zone -> node.put("AvailabilityZone", zone));
        compute.replicationSubnetGroupId().ifPresent(id -> node.put("ReplicationSubnetGroupId", id));
        if (!compute.vpcSecurityGroupIds().isEmpty()) {
            ArrayNode ids = node.putArray("VpcSecurityGroupIds");
            compute.vpcSecurityGroupIds().forEach(ids::add);
        }
        compute.kmsKeyId().ifPresent(id -> node.put("KmsKeyId", id));
        if (!compute.dnsNameServers().isEmpty()) {
            node.put("DnsNameServers", String.join(",", compute.dnsNameServers()));
        }
        compute.preferredMaintenanceWindow().ifPresent(window -> node.put("PreferredMaintenanceWindow", window));
        return node;
    }

    @Override
    public Builder toBuilder() {
        return new Builder(this);
    }
}

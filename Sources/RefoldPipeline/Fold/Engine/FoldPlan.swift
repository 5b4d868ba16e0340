internal import RefoldBytes
internal import RefoldModel

/// What all workers of a fold share.
struct FoldPlan: Sendable {
    let readModels: [ReadModelDefinition]
    let lanes: [FoldLane]
    /// The lane of each read model.
    let laneOfReadModel: [Int]
    let format: EventFormat
    let chains: [UpcastChain]
    let names: NameTable
    let asOf: Int64?
    let salvages: Bool
    let only: ChosenAggregate?
    let keepsCopies: Bool

    /// The generic envelope; nil for Salesforce.
    var envelope: GenericEnvelope? { GenericEnvelope(format) }
    /// Whether events are needed in their general form.
    var needsBodies: Bool { chains.contains { !$0.isEmpty } }

    /// Whether events go into their aggregates as they are: no lane upcasts or keeps histories, no aggregate was chosen.
    var isPlain: Bool {
        !needsBodies && only == nil && lanes.allSatisfy { $0.kind != .history }
    }

    /// Whether an aggregate is one that was asked for.
    func keeps(_ entity: ByteString, _ id: ByteString) -> Bool { only?.isKey(of: entity, id) ?? true }

    /// The names of the read models of a lane that take an entity.
    func readModels(of lane: Int, taking entity: ByteString) -> [String] {
        readModels.indices.filter { laneOfReadModel[$0] == lane && takes(entity, readModel: $0) }
            .map { readModels[$0].name }
    }

    /// Whether a read model takes an entity.
    func takes(_ entity: ByteString, readModel: Int) -> Bool {
        let entities = readModels[readModel].aggregate.entities
        return entities.isEmpty || entities.contains(entity)
    }

    /// Whether a read model takes the aggregate of a key.
    func takes(key: Span<UInt8>, readModel: Int) -> Bool {
        let entities = readModels[readModel].aggregate.entities
        guard !entities.isEmpty else { return true }
        for entity in entities where AggregateKey.isKey(key, of: entity) { return true }
        return false
    }
}

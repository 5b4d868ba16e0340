internal import RefoldBytes
internal import RefoldModel

/// The states that read models share: those of one event format, upcasters and fold.
struct FoldLane: Sendable {
    /// The entities whose events are folded; nil is all.
    var entities: Set<ByteString>?
    /// How states join.
    var kind: StateKind
    /// The upcasters.
    var upcast: [UpcastRule]
    /// The fold.
    var fold: FoldDefinition
    /// Bytes of one aggregate's history at the most.
    var maxBytes: Int

    func takes(_ entity: ByteString) -> Bool { entities?.contains(entity) ?? true }

    /// The lanes of read models, and each read model's lane.
    static func lanes(
        of readModels: [ReadModelDefinition],
        keepsHistory: Bool
    ) -> (lanes: [FoldLane], of: [Int]) {
        var lanes: [FoldLane] = []
        var places: [Int] = []
        for model in readModels {
            let aggregate = model.aggregate
            let entities = aggregate.entities.isEmpty ? nil : Set(aggregate.entities)
            let known = lanes.firstIndex {
                $0.upcast == model.upcast && $0.fold == aggregate.fold && $0.maxBytes == aggregate.maxBytes
            }
            if let known {
                lanes[known].entities = lanes[known].entities.flatMap { own in entities.map { own.union($0) }
                }
                places.append(known)
            } else {
                let merge: StateKind = keepsHistory ? .mergeWithHistory : .merge
                let kind = aggregate.fold == .merge ? merge : .history
                places.append(lanes.count)
                lanes.append(
                    FoldLane(
                        entities: entities,
                        kind: kind,
                        upcast: model.upcast,
                        fold: aggregate.fold,
                        maxBytes: aggregate.maxBytes
                    )
                )
            }
        }
        return (lanes, places)
    }
}

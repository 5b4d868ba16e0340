import RefoldBytes
import RefoldIndex

/// The words of `_meta.refold.state`.
enum IndexState {
    /// A run loads it, or left it behind.
    static let building = "building"
    /// Its gates passed; it waits for the swap.
    static let ready = "ready"
    /// The alias points at it.
    static let serving = "serving"
    /// Another index took its place.
    static let retired = "retired"
}

/// Which complete indices of a read model stay.
struct Retention: Sendable, Hashable {
    /// How many, the serving one included.
    var keep: Int

    /// The indices that may go, the oldest first.
    ///
    /// Never the serving one, the one it replaced, one that is ready and newer than the serving one (a plan may wait
    /// for it), or one that a hold speaks of. Indices without this read model's mark are not among `own` and never go.
    func expendable(
        in own: [TargetDescription.Index],
        servingNext: String?,
        serving: String?
    ) -> [TargetDescription.Index] {
        let complete = own.filter { $0.mark.map { $0.state != IndexState.building } ?? false }
        let newestFirst = complete.sorted {
            ($0.mark?.startedAt ?? "", $0.identity.name) > ($1.mark?.startedAt ?? "", $1.identity.name)
        }
        let current = servingNext ?? serving
        guard let current, let place = newestFirst.firstIndex(where: { $0.identity.name == current }) else {
            // Nothing of ours serves: there is nothing that a person would want gone.
            return []
        }
        var kept: Set<String> = [current]
        if let predecessor = newestFirst[place].mark?.predecessor, keep >= 2 { kept.insert(predecessor) }
        for index in newestFirst[..<place] where index.mark?.state == IndexState.ready {
            kept.insert(index.identity.name)
        }
        // A hold stands until somebody decides: both the index that has it and the run that may come back stay.
        let heldRuns = newestFirst.compactMap { $0.mark?.hold?.run }
        for index in newestFirst where index.mark?.hold != nil || heldRuns.contains(index.mark?.run ?? "") {
            kept.insert(index.identity.name)
        }
        for index in newestFirst where kept.count < keep { kept.insert(index.identity.name) }
        return newestFirst.filter { !kept.contains($0.identity.name) }.reversed()
    }
}

/// A digest of a mapping without refold's own note, so that a change by someone else is seen.
enum MappingDigest {
    /// SHA-256 of the canonical text, hexadecimal.
    static func of(_ mappings: JSONObject) -> String {
        var plain = mappings
        plain["_meta"] = nil
        return SHA256.digest(of: JSONValue.object(plain).canonical.bytes).hex
    }
}

import RefoldBytes
import RefoldModel

extension ReadModelDefinition {
    /// One sentence for each entity of this read model that no event names, with the nearest that one does.
    ///
    /// A slip in an entity's name folds nothing and fails nothing: it gives an index without documents.
    func missingEntities(among seen: [String]) -> [String] {
        let bytes = Set(seen.map { ByteString($0) })
        return aggregate.entities.filter { !bytes.contains($0) }.map { entity in
            let near = NearestWord.of(entity.string, among: seen).map { "; did you mean `\($0)`?" } ?? ""
            return "entity `\(entity)` of \(name) is named by no event of the archive\(near)"
        }
    }

    /// Whether no event names any of its entities: its index would be empty.
    func hasNoEvent(among seen: [String]) -> Bool {
        !aggregate.entities.isEmpty && missingEntities(among: seen).count == aggregate.entities.count
    }
}

internal import RefoldBytes
internal import RefoldModel

extension YAMLNode {
    /// Where each key below this node is written; lists are one place.
    var writtenPlaces: WrittenPlaces {
        var places: [[ByteString]: (line: Int, column: Int)] = [[]: (mark.line, mark.column)]
        collect(from: [], in: mark.source, into: &places)
        return WrittenPlaces(file: mark.source.name, places: places)
    }

    private func collect(
        from path: [ByteString],
        in source: ManifestSource,
        into places: inout [[ByteString]: (line: Int, column: Int)]
    ) {
        // What another text laid over this one has no line here.
        for pair in pairs ?? [] where pair.keyMark.source === source {
            places[path + [pair.key]] = (pair.keyMark.line, pair.keyMark.column)
            pair.value.collect(from: path + [pair.key], in: source, into: &places)
        }
    }
}

import RefoldBytes

extension ProjectionField {
    /// Appends the field's canonical value for an aggregate and says whether there is one.
    ///
    /// When there is none, or when it throws, the caller takes back what was appended.
    func append(of row: ProjectionRow, to output: inout [UInt8]) throws(DocumentReject) -> Bool {
        let mark = output.count
        do throws(DocumentReject) {
            if let value = try sourceValue(row), try append(splitting: value, to: &output) { return true }
        } catch {
            guard error.why == .fieldConversion, onError == .null else { throw error }
            output.removeLast(output.count - mark)
            output.append(contentsOf: "null".utf8)
            return true
        }
        guard let defaultValue else { return false }
        output.append(contentsOf: defaultValue)
        return true
    }

    private func sourceValue(_ row: ProjectionRow) throws(DocumentReject) -> ArraySlice<UInt8>? {
        switch source {
        case .from(let source): row.value(of: source)
        case .constant(let value): value[...]
        case .first(let alternatives): try first(of: alternatives, row)
        case .template(let parts): try text(of: parts, row)
        }
    }

    /// The first alternative that gives a value.
    ///
    /// One that does not convert is passed over, so that a field of two JSON types can be read by one alternative for each;
    /// when no later one gives a value, its failure counts.
    private func first(
        of alternatives: [ProjectionField],
        _ row: ProjectionRow
    ) throws(DocumentReject) -> ArraySlice<UInt8>? {
        var failure: DocumentReject?
        for alternative in alternatives {
            var value: [UInt8] = []
            do throws(DocumentReject) {
                if try alternative.append(of: row, to: &value) { return value[...] }
            } catch {
                guard error.why == .fieldConversion else { throw error }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return nil
    }

    private func text(
        of parts: [TemplatePart],
        _ row: ProjectionRow
    ) throws(DocumentReject) -> ArraySlice<UInt8>? {
        var text: [UInt8] = []
        var failure: DocumentReject?
        for part in parts {
            switch part {
            case .text(let fixed): text.append(contentsOf: fixed.bytes)
            case .source(let source):
                guard let value = row.value(of: source) else { return nil }
                if let scalar = CanonicalText.scalarText(value) {
                    text.append(contentsOf: scalar)
                } else {
                    failure = failure ?? refuses(value, "a template takes no")
                }
            }
        }
        if let failure { throw failure }
        return CanonicalText.quoted(text[...])[...]
    }

    /// Names the field and the value's kind, never the value.
    func refuses(_ value: ArraySlice<UInt8>, _ reason: String) -> DocumentReject {
        DocumentReject(
            why: .fieldConversion,
            detail: "field \(name): \(reason) \(CanonicalText.kind(of: value))",
            field: name
        )
    }
}

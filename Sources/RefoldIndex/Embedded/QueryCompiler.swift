import RefoldBytes
import RefoldSQLite

/// Makes SQL of the queries that this target understands: `match_all term terms range exists ids match bool`.
struct QueryCompiler {
    let layout: TableLayout

    /// The condition of a query; throws `index.query` for another.
    func condition(_ query: JSONValue) throws(IndexError) -> SQLCondition {
        guard let object = query.asObject, object.count == 1, let clause = object.members.first else {
            throw unknown("a query is an object with one clause")
        }
        switch clause.name.string {
        case "match_all":
            try check(clause.value, "match_all", allows: ["boost"])
            return .always
        case "ids": return try ids(clause.value)
        case "exists": return try exists(clause.value)
        case "bool": return try bool(clause.value)
        case "term":
            let (path, value) = try field(of: clause.value, "term")
            return try term(path, try operand(value, "value", in: "term", allows: ["value", "boost"]))
        case "terms": return try terms(clause.value)
        case "match":
            let (path, value) = try field(of: clause.value, "match")
            return try match(path, value)
        case "range":
            let (path, value) = try field(of: clause.value, "range")
            return try range(path, value)
        default: throw unknown("query '\(clause.name)' is not understood here")
        }
    }

    private func ids(_ value: JSONValue) throws(IndexError) -> SQLCondition {
        guard let values = value["values"]?.asArray else { throw unknown("'ids' needs 'values'") }
        try check(value, "ids", allows: ["values", "boost"])
        var parts: [SQLCondition] = []
        for id in values {
            guard let text = id.numberText else { throw unknown("an id in 'ids' is no text") }
            parts.append(SQLCondition(sql: "\"_id\" = ?", values: [.string(text)]))
        }
        return .joined(parts, by: "OR", empty: .never)
    }

    private func exists(_ value: JSONValue) throws(IndexError) -> SQLCondition {
        guard let name = value["field"]?.asString else { throw unknown("'exists' needs 'field'") }
        try check(value, "exists", allows: ["field", "boost"])
        let path = ByteString(name)
        if let column = layout.mapping.column(path) { return ColumnCondition(layout, column).exists }
        // An object exists where one of its fields does.
        let prefix = path.bytes + [UInt8(ascii: ".")]
        let inner = layout.mapping.columns.indices.filter {
            layout.mapping.columns[$0].path.bytes.starts(with: prefix)
        }
        guard !inner.isEmpty else { throw unmapped(path) }
        return .joined(inner.map { ColumnCondition(layout, $0).exists }, by: "OR", empty: .never)
    }

    private func bool(_ value: JSONValue) throws(IndexError) -> SQLCondition {
        try check(
            value,
            "bool",
            allows: ["must", "filter", "should", "must_not", "minimum_should_match", "boost"]
        )
        var all = try clauses(value["must"]) + clauses(value["filter"])
        for condition in try clauses(value["must_not"]) { all.append(condition.negated) }
        let should = try clauses(value["should"])
        let hasOthers = value["must"] != nil || value["filter"] != nil
        let least: Int
        if let wanted = value["minimum_should_match"] {
            guard let number = wanted.lenientInteger, number >= 0 else {
                throw unknown("'minimum_should_match' is understood as a number only")
            }
            least = number
        } else {
            least = should.isEmpty || hasOthers ? 0 : 1
        }
        if least == 1 { all.append(.joined(should, by: "OR", empty: .never)) }
        if least > 1 {
            let sum = should.map { "ifnull(\($0.sql) <> 0, 0)" }.joined(separator: " + ")
            all.append(
                SQLCondition(
                    sql: "(0 + \(sum.isEmpty ? "0" : sum)) >= \(least)",
                    values: should.flatMap(\.values)
                )
            )
        }
        return .joined(all, by: "AND", empty: .always)
    }

    private func clauses(_ value: JSONValue?) throws(IndexError) -> [SQLCondition] {
        guard let value else { return [] }
        var conditions: [SQLCondition] = []
        for query in value.asArray ?? [value] { conditions.append(try condition(query)) }
        return conditions
    }

    private func terms(_ value: JSONValue) throws(IndexError) -> SQLCondition {
        guard let object = value.asObject else { throw unknown("'terms' needs a field") }
        let fields = object.members.filter { $0.name != "boost" }
        guard fields.count == 1, let member = fields.first, let values = member.value.asArray else {
            throw unknown("'terms' needs one field with a list")
        }
        var parts: [SQLCondition] = []
        for value in values { parts.append(try term(member.name, value)) }
        return .joined(parts, by: "OR", empty: .never)
    }

    private func term(_ path: ByteString, _ value: JSONValue) throws(IndexError) -> SQLCondition {
        guard let column = layout.mapping.column(path) else { throw unmapped(path) }
        guard let condition = ColumnCondition(layout, column).term(value) else {
            throw unknown("the value for field '\(path)' does not fit its type")
        }
        return condition
    }

    private func match(_ path: ByteString, _ value: JSONValue) throws(IndexError) -> SQLCondition {
        let text = try operand(value, "query", in: "match", allows: ["query", "operator", "boost"])
        guard let column = layout.mapping.column(path) else { throw unmapped(path) }
        guard layout.mapping.columns[column].type.isFullText else { return try term(path, text) }
        let word = value["operator"]?.asString?.lowercased() ?? "or"
        guard word == "or" || word == "and" else { throw unknown("'operator' is 'or' or 'and'") }
        guard let text = text.scalarText else { throw unknown("'match' needs a text") }
        return ColumnCondition(layout, column).fullText(text.string, joinedBy: word.uppercased())
    }

    private func range(_ path: ByteString, _ value: JSONValue) throws(IndexError) -> SQLCondition {
        try check(value, "range", allows: ["gt", "gte", "lt", "lte", "boost"])
        guard let column = layout.mapping.column(path) else { throw unmapped(path) }
        var parts: [SQLCondition] = []
        for (name, comparison) in [
            ("gt", Comparison.greater), ("gte", .atLeast), ("lt", .less), ("lte", .atMost),
        ] {
            guard let bound = value[ByteString(name)], bound != .null else { continue }
            guard let part = ColumnCondition(layout, column).compared(comparison, bound) else {
                throw unknown("the bound of 'range' on '\(path)' does not fit its type")
            }
            parts.append(part)
        }
        return .joined(parts, by: "AND", empty: ColumnCondition(layout, column).exists)
    }

    /// The one field that a clause names.
    private func field(
        of value: JSONValue,
        _ clause: String
    ) throws(IndexError) -> (ByteString, JSONValue) {
        guard let object = value.asObject, object.count == 1, let member = object.members.first else {
            throw unknown("'\(clause)' needs one field")
        }
        return (member.name, member.value)
    }

    /// A value that stands for itself or under a key.
    private func operand(
        _ value: JSONValue,
        _ key: ByteString,
        in clause: String,
        allows: Set<ByteString>
    ) throws(IndexError) -> JSONValue {
        guard value.asObject != nil else { return value }
        try check(value, clause, allows: allows)
        guard let inner = value[key] else { throw unknown("'\(clause)' needs '\(key)'") }
        return inner
    }

    private func check(_ value: JSONValue, _ clause: String, allows: Set<ByteString>) throws(IndexError) {
        guard let object = value.asObject else { throw unknown("'\(clause)' is no object") }
        for member in object.members where !allows.contains(member.name) {
            throw unknown("'\(member.name)' of '\(clause)' is not understood here")
        }
    }

    /// A field without a column cannot be asked.
    private func unmapped(_ path: ByteString) -> IndexError {
        unknown("field '\(path)' is not mapped, so it has no column")
    }

    private func unknown(_ message: String) -> IndexError {
        IndexError(
            .query,
            message,
            place: layout.name,
            fix: "use match_all, term, terms, range, exists, ids, match or bool on mapped fields"
        )
    }
}

internal import RefoldBytes

/// Writing a state: the tables first, then the text that they point at.
extension MergeCombiner {
    mutating func prepareOutput(_ count: Int) {
        if output.count < count { output = [UInt8](repeating: 0, count: max(count, output.count * 2, 4096)) }
        outputCount = count
    }

    static func copy(
        _ source: UnsafeRawBufferPointer,
        _ range: Range<Int>,
        to target: UnsafeMutableRawBufferPointer,
        at offset: Int
    ) {
        let place = UnsafeMutableRawBufferPointer(rebasing: target[offset..<offset + range.count])
        place.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[range]))
    }

    mutating func write(_ left: RawSpan, _ right: RawSpan) {
        var keyCount = 0
        var names = 0
        for place in 0..<keys.count where keys[place].isKept {
            keys.change(place) { $0.place = UInt32(keyCount) }
            keyCount += 1
            names += Int(keys[place].key.nameLength)
        }
        let tables =
            MergeState.headerBytes + keyCount * MemoryLayout<MergeKey>.stride
            + leaves.count * MemoryLayout<Leaf>.stride
        var values = 0
        for place in 0..<leaves.count { values += leaves[place].leaf.range.count }
        prepareOutput(tables + names + values)
        // One function's pointers: both states and the output are alive and do not overlap.
        output.withUnsafeMutableBytes { target in
            left.withUnsafeBytes { left in
                right.withUnsafeBytes { right in
                    target.storeBytes(of: UInt32(keyCount), toByteOffset: 0, as: UInt32.self)
                    target.storeBytes(of: UInt32(leaves.count), toByteOffset: 4, as: UInt32.self)
                    var at = MergeState.headerBytes
                    var text = tables
                    for place in 0..<keys.count where keys[place].isKept {
                        let joined = keys[place]
                        var key = joined.key
                        let source = joined.isFromRight ? right : left
                        Self.copy(source, key.nameRange, to: target, at: text)
                        key.nameStart = UInt32(text)
                        text += Int(key.nameLength)
                        target.storeBytes(of: key, toByteOffset: at, as: MergeKey.self)
                        at += MemoryLayout<MergeKey>.stride
                    }
                    // Texts that stand side by side in their state are copied as one.
                    var run = 0..<0
                    var isRunOfRight = false
                    for place in 0..<leaves.count {
                        let joined = leaves[place]
                        var leaf = joined.leaf
                        let range = leaf.range
                        if joined.isFromRight == isRunOfRight, range.lowerBound == run.upperBound {
                            run = run.lowerBound..<range.upperBound
                        } else if !range.isEmpty {
                            Self.copy(isRunOfRight ? right : left, run, to: target, at: text - run.count)
                            run = range
                            isRunOfRight = joined.isFromRight
                        }
                        leaf.key = keys[Int(leaf.key)].place
                        leaf.start = UInt32(text)
                        text += range.count
                        target.storeBytes(of: leaf, toByteOffset: at, as: Leaf.self)
                        at += MemoryLayout<Leaf>.stride
                    }
                    Self.copy(isRunOfRight ? right : left, run, to: target, at: text - run.count)
                }
            }
        }
    }
}

// Words for values, so that colour is never the only sign.
{
  // [[value, word, color], …]
  words(list): [{
    type: 'value',
    options: { [std.toString(list[i][0])]: { text: list[i][1], color: list[i][2], index: i } for i in std.range(0, std.length(list) - 1) },
  }],

  goodIfOne(good, bad): self.words([[1, good, 'green'], [0, bad, 'red']]),
  badIfOne(bad, good): self.words([[0, good, 'green'], [1, bad, 'red']]),

  // A word for all values up to one.
  upTo(value, word, color): [{ type: 'range', options: { from: null, to: value, result: { text: word, color: color, index: 0 } } }],

  // Words of states as people write them: "sustained error" for sustained_error.
  plain(words, color='text'): self.words([[w, std.strReplace(w, '_', ' '), color] for w in words]),
}

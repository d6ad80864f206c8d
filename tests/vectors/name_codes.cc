// What matching says of pairs of names, for name_peers.py to hold against others: a line "a TAB b"
// in; Jaro-Winkler of both, their OSA distance and the two sounds of a out.

#include <iomanip>
#include <iostream>
#include <string>

#include "broker/matching/double_metaphone.h"
#include "broker/matching/similarity.h"

int main() {
  using namespace firstbell::matching;  // NOLINT: a program of a few lines
  std::cout << std::setprecision(17);
  for (std::string line; std::getline(std::cin, line);) {
    const std::size_t tab = line.find('\t');
    const std::string a = line.substr(0, tab), b = line.substr(tab + 1);
    const Sounds sounds = SoundsOf(a);
    std::cout << JaroWinkler(a, b) << '\t' << OsaDistance(a, b, 1000) << '\t' << sounds.primary
              << '\t' << sounds.secondary << '\n';
  }
}

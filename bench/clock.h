// Time as the bench takes it: wall, CPU of the calling thread, and the core's clock at the moment, so that seconds become cycles on
// machines whose clock wanders and which give us no counters.
#pragma once

#include <vector>

namespace bench {

double wall_seconds();
double thread_seconds();   // CPU time of the calling thread: what other programs take is not in it
double process_seconds();  // CPU time of all threads
double core_hertz();       // from a chain of dependent multiplications, three cycles each
double median(std::vector<double> values);

}  // namespace bench

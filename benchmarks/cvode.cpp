#include "cvode.hpp"

#include <cvode/cvode.h>
#include <fmt/format.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_config.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <sundials/sundials_context.hpp>

#include "brusselator.hpp"
#include "hires.hpp"
#include "robertson.hpp"

namespace {

void require(int flag, const char* what) {
  if (flag < 0) {
    throw std::runtime_error(fmt::format("{} failed with flag {}", what, flag));
  }
}

template <class T, auto Free>
struct Freer {
  void operator()(T* object) const { static_cast<void>(Free(object)); }
};
template <class Handle, auto Free>
using Owned = std::unique_ptr<std::remove_pointer_t<Handle>, Freer<std::remove_pointer_t<Handle>, Free>>;

void free_integrator(void* integrator) { CVodeFree(&integrator); }

using Vector = Owned<N_Vector, N_VDestroy>;
using Matrix = Owned<SUNMatrix, SUNMatDestroy>;
using LinearSolver = Owned<SUNLinearSolver, SUNLinSolFree>;
using Integrator = Owned<void*, free_integrator>;

template <class Twin>
int rhs(sunrealtype, N_Vector y, N_Vector rate, void* twin) {
  static_cast<const Twin*>(twin)->rhs(N_VGetArrayPointer(y), N_VGetArrayPointer(rate));
  return 0;
}

// By columns, as dense matrices are stored.
template <std::size_t N>
struct Columns {
  sunrealtype* first;
  sunrealtype& operator()(std::size_t i, std::size_t k) const { return first[k * N + i]; }
};

template <class Twin, std::size_t N>
int jacobian(sunrealtype, N_Vector y, N_Vector, SUNMatrix j, void* twin, N_Vector, N_Vector, N_Vector) {
  static_cast<const Twin*>(twin)->jacobian(N_VGetArrayPointer(y), Columns<N>{SM_DATA_D(j)});
  return 0;
}

}  // namespace

template <class Twin, std::size_t N>
CvodeWork Cvode<Twin, N>::solve(std::span<const Twin> twins, const State& start, double duration, double rtol,
                                const State& atol, std::span<State> ends) {
  const sundials::Context context;
  const Vector y(N_VNew_Serial(N, context));
  const Vector tolerances(N_VNew_Serial(N, context));
  const Matrix matrix(SUNDenseMatrix(N, N, context));
  const LinearSolver linear_solver(SUNLinSol_Dense(y.get(), matrix.get(), context));
  const Integrator integrator(CVodeCreate(CV_BDF, context));
  std::copy(atol.begin(), atol.end(), N_VGetArrayPointer(tolerances.get()));
  std::copy(start.begin(), start.end(), N_VGetArrayPointer(y.get()));
  require(CVodeInit(integrator.get(), rhs<Twin>, 0.0, y.get()), "CVodeInit");
  require(CVodeSVtolerances(integrator.get(), rtol, tolerances.get()), "CVodeSVtolerances");
  require(CVodeSetLinearSolver(integrator.get(), linear_solver.get(), matrix.get()), "CVodeSetLinearSolver");
  require(CVodeSetJacFn(integrator.get(), jacobian<Twin, N>), "CVodeSetJacFn");
  require(CVodeSetMaxNumSteps(integrator.get(), 1'000'000), "CVodeSetMaxNumSteps");

  CvodeWork work;
  for (std::size_t run = 0; run < twins.size(); ++run) {
    Twin twin = twins[run];
    std::copy(start.begin(), start.end(), N_VGetArrayPointer(y.get()));
    require(CVodeReInit(integrator.get(), 0.0, y.get()), "CVodeReInit");
    require(CVodeSetUserData(integrator.get(), &twin), "CVodeSetUserData");
    sunrealtype reached = 0.0;
    require(CVode(integrator.get(), duration, y.get(), &reached, CV_NORMAL), "CVode");
    std::copy_n(N_VGetArrayPointer(y.get()), N, ends[run].begin());

    long steps = 0, derivatives = 0, jacobians = 0, factorisations = 0;
    CVodeGetNumSteps(integrator.get(), &steps);
    CVodeGetNumRhsEvals(integrator.get(), &derivatives);
    CVodeGetNumJacEvals(integrator.get(), &jacobians);
    CVodeGetNumLinSolvSetups(integrator.get(), &factorisations);
    work.steps += steps;
    work.derivatives += derivatives;
    work.jacobians += jacobians;
    work.factorisations += factorisations;
  }
  return work;
}

template class Cvode<RobertsonTwin, 3>;
template class Cvode<BrusselatorTwin, 3>;
template class Cvode<HiresTwin, 8>;

const char* cvode_version() { return SUNDIALS_VERSION; }
